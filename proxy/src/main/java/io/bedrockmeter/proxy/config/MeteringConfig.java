package io.bedrockmeter.proxy.config;

import java.time.Duration;

/**
 * How usage is read and shown.
 *
 * @param onDisconnect what happens to a call whose caller has left
 * @param drainTimeMax how long such a call is read on
 * @param drainBytesMax how much of it is read on
 * @param streamUsage what happens to a stream that was not asked for its usage
 * @param holdUnaryBytes answers up to this size wait for their cost, so that it stands in a header
 * @param meterHold how long a new series stands at zero before it counts
 * @param resolve whether the control plane is asked for the model behind an identifier
 * @param seriesMax series of one meter; further label values become {@code other}
 * @param sessionTokensMax tokens of input that a session is reserved for at most
 */
public record MeteringConfig(
        OnDisconnect onDisconnect,
        Duration drainTimeMax,
        ByteSize drainBytesMax,
        StreamUsage streamUsage,
        ByteSize holdUnaryBytes,
        Duration meterHold,
        int seriesMax,
        int sessionTokensMax,
        boolean resolve) {
    /** What happens to a call whose caller has left. */
    public enum OnDisconnect {
        /** The answer is read to its end, because it is billed to its end: the cost is exact. */
        DRAIN,
        /** The upstream connection is closed: the cost is estimated. */
        CANCEL
    }

    /** What happens to a stream of chat completions whose caller did not ask for its usage, so that it would not tell it. */
    public enum StreamUsage {
        /** It passes as it is: the cost is estimated. */
        LEAVE,
        /** The question is added to the request, and the answer kept from the caller: the cost is exact. */
        ASK
    }

    /** This configuration where it can change while the proxy runs, and the running one where it cannot. */
    MeteringConfig withFixedPartsOf(MeteringConfig running) {
        return new MeteringConfig(
                onDisconnect,
                drainTimeMax,
                drainBytesMax,
                streamUsage,
                holdUnaryBytes,
                meterHold,
                seriesMax,
                sessionTokensMax,
                running.resolve());
    }

    static MeteringConfig bind(Section in) {
        return new MeteringConfig(
                in.get(
                        "on-disconnect",
                        ValueType.choice(OnDisconnect.values()),
                        "drain",
                        "When a caller leaves early: `drain` reads the answer to its end, so the cost is exact; `cancel`"
                                + " closes, so the cost is estimated. Amazon Bedrock bills the same. A key can have its own"
                                + " (accounts)."),
                in.get("drain-time-max", ValueType.duration("0s", "24h"), "2m", "How long an answer is drained."),
                in.get("drain-bytes-max", ValueType.size("0", "16GiB"), "64MiB", "How much of an answer is drained."),
                in.get(
                        "stream-usage",
                        ValueType.choice(StreamUsage.values()),
                        "leave",
                        "A stream of chat completions tells its usage only if asked (`stream_options.include_usage`). Where a"
                                + " caller does not ask: `leave` forwards the request as it is, so the cost is estimated; `ask`"
                                + " adds the question and keeps the answer from the caller, so the cost is exact."),
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
                        "Series of all meters together; further label values become `other`."),
                in.get(
                        "max-session-tokens",
                        ValueType.count(1, 100_000_000),
                        "1000000",
                        "Input tokens that a session of speech is reserved for, where the context of its model would hold more."
                                + " A session whose usage is never told, because the proxy died in it, is charged its reservation."),
                in.untilRestart()
                        .get(
                                "resolve",
                                ValueType.FLAG,
                                "true",
                                "Ask Bedrock's control plane which model is behind an application inference profile,"
                                        + " provisioned throughput, a custom model, a deployment or a prompt router. Calls"
                                        + " never wait for it; those on an identifier not known yet are priced by a"
                                        + " correction. Needs permissions, see Identifiers."));
    }
}
