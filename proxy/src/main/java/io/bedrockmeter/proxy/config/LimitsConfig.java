package io.bedrockmeter.proxy.config;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateRule;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What callers may use, and for how long.
 *
 * @param requestHead all header fields of a request together
 * @param requestLine the request line
 * @param fields header fields of a request
 * @param body the body of one request
 * @param bodiesTotal the bodies of all requests held at once
 * @param bodiesUnverified of those, the bodies of callers who have not proved who they are
 * @param handshakeTimeout a TLS handshake
 * @param headTimeout a whole request head, not the pause between its bytes
 * @param bodyTimeout a whole request body
 * @param bodyWindow in each of which some of a request body must arrive
 * @param bodyWindowBytes how much; 0 for nothing
 * @param keepAlive an idle connection
 * @param writeStall a caller that does not read
 * @param connections connections at once
 * @param streamsPerConnection HTTP/2 streams at once of one connection
 * @param resetsPerConnection HTTP/2 streams that one connection may have reset in 30 s
 * @param requestsPerConnection requests after which a connection is closed
 * @param perSource what may be used from one address
 * @param drain how long calls in flight may go on after SIGTERM
 * @param asyncInvocations whether asynchronous invocations are served
 * @param batch whether batch jobs are served
 * @param rates how often, how much and how many at once accounts may call
 */
public record LimitsConfig(
        ByteSize requestHead,
        ByteSize requestLine,
        int fields,
        ByteSize body,
        ByteSize bodiesTotal,
        ByteSize bodiesUnverified,
        Duration handshakeTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration bodyWindow,
        ByteSize bodyWindowBytes,
        Duration keepAlive,
        Duration writeStall,
        int connections,
        int streamsPerConnection,
        int resetsPerConnection,
        int requestsPerConnection,
        SourceLimits perSource,
        Duration drain,
        boolean asyncInvocations,
        boolean batch,
        List<RateRule> rates) {
    public LimitsConfig {
        rates = List.copyOf(rates);
        if (bodiesTotal.bytes() < body.bytes()) {
            throw new InvalidSetting("bodies-total", "is smaller than body, which could never be held; raise it");
        }
        if (bodiesUnverified.bytes() < body.bytes()) {
            throw new InvalidSetting("bodies-unverified", "is smaller than body, which could never be held; raise it");
        }
        if (perSource.bodiesUnverified().bytes() < body.bytes()) {
            throw new InvalidSetting(
                    "per-source.bodies-unverified", "is smaller than body, which could never be held; raise it");
        }
        Set<String> names = new HashSet<>();
        for (RateRule rate : rates) {
            if (rate.name().equals(RateRule.OF_KEY) || !names.add(rate.name())) {
                throw new InvalidSetting(
                        "rates." + rate.name(),
                        "needs another name: meters call the limits of keys themselves 'key', and others by what stands behind"
                                + " the last dot");
            }
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
                in.get(
                        "bodies-unverified",
                        ValueType.size("1KiB", "64GiB"),
                        "128MiB",
                        "Of those, bodies held of callers who have shown a key's id and not yet proved to have the key (boto3); more"
                                + " is refused with 503."),
                in.get("handshake-timeout", ValueType.duration("100ms", "5m"), "10s", "Longest TLS handshake."),
                in.get("head-timeout", ValueType.duration("100ms", "5m"), "10s", "Longest arrival of a request head."),
                in.get("body-timeout", ValueType.duration("100ms", "1h"), "2m", "Longest arrival of a request body."),
                in.get(
                        "body-window",
                        ValueType.duration("100ms", "5m"),
                        "10s",
                        "Within each of which, after the first, body-window-bytes of a request body must arrive."),
                in.get(
                        "body-window-bytes",
                        ValueType.size("0", "25MB"),
                        "50KB",
                        "Less than this, with more to come, is refused with 408; 0 for no such limit."),
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
                        "resets-per-connection",
                        ValueType.count(1, 100_000),
                        "200",
                        "HTTP/2 streams that a caller may reset, or make the proxy reset, in 30 s on one connection; more end it."),
                in.get(
                        "requests-per-connection",
                        ValueType.count(1, 1_000_000_000),
                        "100000",
                        "Requests after which a connection is closed once they are answered."),
                in.section("per-source", SourceLimits::bind),
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
                                + " StopModelInvocationJob, and show each caller its own jobs only. Needs permissions, see Batch jobs."),
                List.copyOf(
                        in.sections("rates", "<name>", LimitsConfig::bindRate).values()));
    }

    private static RateRule bindRate(Section in) {
        RateRule.Sharing per = in.require(
                "per",
                ValueType.choice(RateRule.Sharing.values()),
                "team",
                "Who uses one allowance in common: each `key`, the keys of each `app`, of each `team`, or `all` whom the limit is"
                        + " on.");
        String team = in.find("team", ValueType.NAME, "On calls of this team only.");
        String app = in.find("app", ValueType.NAME, "On calls of this application only.");
        Allowance allowance = new Allowance(
                limit(in, "requests-per-minute", "Requests that may begin in a minute; more are refused with 429."),
                limit(
                        in,
                        "tokens-per-minute",
                        "Tokens that may be used in a minute, counted as Amazon Bedrock counts them against its quotas, see"
                                + " Rate limits; more are refused with 429."),
                limit(in, "concurrent", "Calls that may be under way at once; more are refused with 429."));
        if (allowance.isUnlimited()) {
            throw new InvalidSetting(
                    "requests-per-minute",
                    "or tokens-per-minute or concurrent is required, because without any of them nothing is limited");
        }
        return new RateRule(in.name(), team, app, per, allowance);
    }

    private static int limit(Section in, String key, String meaning) {
        Integer limit = in.find(key, ValueType.count(1, Integer.MAX_VALUE), meaning);
        return limit == null ? 0 : limit;
    }
}
