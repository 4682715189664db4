package io.bedrockmeter.proxy.config;

import java.time.Duration;

/**
 * How usage is read and shown.
 *
 * @param onDisconnect what happens to a call whose caller has left
 * @param drainTimeMax how long such a call is read on
 * @param drainBytesMax how much of it is read on
 * @param holdUnaryBytes answers up to this size wait for their cost, so that it stands in a header
 * @param meterHold how long a new series stands at zero before it counts
 * @param seriesMax series of one meter; further label values become {@code other}
 */
public record MeteringConfig(
        OnDisconnect onDisconnect,
        Duration drainTimeMax,
        ByteSize drainBytesMax,
        ByteSize holdUnaryBytes,
        Duration meterHold,
        int seriesMax) {
    /** What happens to a call whose caller has left. */
    public enum OnDisconnect {
        /** The answer is read to its end, because it is billed to its end: the cost is exact. */
        DRAIN,
        /** The upstream connection is closed: the cost is estimated. */
        CANCEL
    }

    static MeteringConfig bind(Section in) {
        return new MeteringConfig(
                in.get(
                        "on-disconnect",
                        ValueType.choice(OnDisconnect.values()),
                        "drain",
                        "When a caller leaves early: `drain` reads the answer to its end, so the cost is exact; `cancel`"
                                + " closes, so the cost is estimated. Amazon Bedrock bills the same."),
                in.get("drain-time-max", ValueType.duration("0s", "24h"), "2m", "How long an answer is drained."),
                in.get("drain-bytes-max", ValueType.size("0", "16GiB"), "64MiB", "How much of an answer is drained."),
                in.get(
                        "hold-unary-bytes",
                        ValueType.size("0", "16MiB"),
                        "64KiB",
                        "Answers up to this size wait for their cost, which then stands in a response header."),
                in.get(
                        "meter-hold",
                        ValueType.duration("0s", "1h"),
                        "1m",
                        "How long a new series stands at zero, so that Prometheus sees its first increase."),
                in.get(
                        "max-series",
                        ValueType.count(10, 1_000_000),
                        "10000",
                        "Series of all meters together; further label values become `other`."));
    }
}
