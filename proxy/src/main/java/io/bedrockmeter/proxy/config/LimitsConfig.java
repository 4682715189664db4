package io.bedrockmeter.proxy.config;

import java.time.Duration;

/**
 * What callers may use, and for how long.
 *
 * @param requestHead all header fields of a request together
 * @param requestLine the request line
 * @param fields header fields of a request
 * @param body the body of one request
 * @param bodiesTotal the bodies of all requests held at once
 * @param handshakeTimeout a TLS handshake
 * @param headTimeout a whole request head, not the pause between its bytes
 * @param bodyTimeout a whole request body
 * @param keepAlive an idle connection
 * @param writeStall a caller that does not read
 * @param connections connections at once
 * @param streamsPerConnection HTTP/2 streams at once of one connection
 * @param drain how long calls in flight may go on after SIGTERM
 * @param asyncInvocations whether asynchronous invocations are served
 * @param batch whether batch jobs are served
 */
public record LimitsConfig(
        ByteSize requestHead,
        ByteSize requestLine,
        int fields,
        ByteSize body,
        ByteSize bodiesTotal,
        Duration handshakeTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration keepAlive,
        Duration writeStall,
        int connections,
        int streamsPerConnection,
        Duration drain,
        boolean asyncInvocations,
        boolean batch) {
    public LimitsConfig {
        if (bodiesTotal.bytes() < body.bytes()) {
            throw new InvalidSetting("bodies-total", "is smaller than body, which could never be held; raise it");
        }
    }

    static LimitsConfig bind(Section in) {
        return new LimitsConfig(
                in.get(
                        "request-head",
                        ValueType.size("1KiB", "1MiB"),
                        "16KiB",
                        "All header fields of a request together; more is refused with 431."),
                in.get("request-line", ValueType.size("1KiB", "64KiB"), "8KiB", "The request line."),
                in.get("fields", ValueType.count(16, 1_000), "100", "Header fields of a request."),
                in.get(
                        "body",
                        ValueType.size("1KiB", "1GiB"),
                        "25MB",
                        "Body of one request; more is refused with 413. Amazon Bedrock takes 25 MB."),
                in.get(
                        "bodies-total",
                        ValueType.size("1KiB", "64GiB"),
                        "256MiB",
                        "Bodies of all requests held at once; more is refused with 503."),
                in.get("handshake-timeout", ValueType.duration("100ms", "5m"), "10s", "Longest TLS handshake."),
                in.get("head-timeout", ValueType.duration("100ms", "5m"), "10s", "Longest arrival of a request head."),
                in.get("body-timeout", ValueType.duration("100ms", "1h"), "2m", "Longest arrival of a request body."),
                in.get("keep-alive", ValueType.duration("1s", "24h"), "2m", "How long an idle connection is kept."),
                in.get(
                        "write-stall",
                        ValueType.duration("100ms", "1h"),
                        "2m",
                        "How long a caller may read nothing before it counts as gone."),
                in.get("connections", ValueType.count(1, 1_000_000), "10000", "Connections at once."),
                in.get(
                        "streams-per-connection",
                        ValueType.count(1, 10_000),
                        "100",
                        "HTTP/2 streams at once of one connection."),
                in.get(
                        "drain",
                        ValueType.duration("0s", "24h"),
                        "5m",
                        "How long calls in flight may go on after SIGTERM, before they are cut and estimated."),
                in.get(
                        "async-invocations",
                        ValueType.FLAG,
                        "false",
                        "Serve StartAsyncInvoke, GetAsyncInvoke and ListAsyncInvokes, and show each caller its own jobs only."
                                + " The jobs write to S3 with the proxy's rights, see Asynchronous invocations."),
                in.get(
                        "batch",
                        ValueType.FLAG,
                        "false",
                        "Serve CreateModelInvocationJob, GetModelInvocationJob, ListModelInvocationJobs and"
                                + " StopModelInvocationJob, and show each caller its own jobs only. Needs permissions, see Batch jobs."));
    }
}
