package io.bedrockmeter.proxy.config;

import java.time.Duration;

/**
 * How long the proxy waits for the upstream.
 *
 * @param connect for a connection, TLS included
 * @param firstByte from the end of the request to the first byte of the response
 * @param idle between two bytes of the response
 * @param total from the start of the call to its end
 */
public record UpstreamTimeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
    public UpstreamTimeouts {
        if (total.compareTo(firstByte) < 0) {
            throw new InvalidSetting(
                    "total-timeout", "is shorter than first-byte-timeout, which could never be reached; raise it");
        }
    }

    static UpstreamTimeouts bind(Section in) {
        return new UpstreamTimeouts(
                in.get(
                        "connect-timeout",
                        ValueType.duration("10ms", "5m"),
                        "5s",
                        "Longest wait for a connection, TLS included."),
                in.get(
                        "first-byte-timeout",
                        ValueType.duration("10ms", "24h"),
                        "1h",
                        "Longest wait for the first byte of an answer. Large models may think for minutes."),
                in.get("idle-timeout", ValueType.duration("10ms", "24h"), "10m", "Longest silence within an answer."),
                in.get("total-timeout", ValueType.duration("10ms", "24h"), "65m", "Longest call from start to end."));
    }
}
