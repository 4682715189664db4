package io.bedrockmeter.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;

/**
 * Which headers pass. Towards Bedrock only those on a list, so that nothing a caller adds can change what is called or who
 * calls; towards the caller all but those that describe a connection. Framing is built new on both sides.
 */
final class ExchangeHeaders {
    static final AsciiString ATTEMPT_ID = AsciiString.cached("x-bedrock-meter-attempt-id");
    static final AsciiString COST = AsciiString.cached("x-bedrock-meter-cost-usd");
    static final AsciiString COST_STATUS = AsciiString.cached("x-bedrock-meter-cost-status");
    static final AsciiString BUDGET_REMAINING = AsciiString.cached("x-bedrock-meter-budget-remaining-usd");
    static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-RequestId");
    static final AsciiString ERROR_TYPE = AsciiString.cached("x-amzn-ErrorType");
    static final AsciiString CONTENT_SHA256 = AsciiString.cached("x-amz-content-sha256");
    static final AsciiString GUARDRAIL = AsciiString.cached("x-amzn-bedrock-guardrailidentifier");
    static final AsciiString REQUEST_METADATA = AsciiString.cached("x-amzn-bedrock-request-metadata");
    static final AsciiString SDK_INVOCATION_ID = AsciiString.cached("amz-sdk-invocation-id");

    /** The length of a request that goes on while it is answered. */
    static final long LENGTH_UNKNOWN = -1;

    /** Request headers that mean something to Bedrock Runtime (its service model), and those that identify an SDK's call. */
    private static final HeaderNames FORWARDED = HeaderNames.of(
            "accept",
            "content-type",
            "user-agent",
            "x-amz-user-agent",
            "amz-sdk-invocation-id",
            "amz-sdk-request",
            "x-amzn-trace-id",
            "traceparent",
            "tracestate",
            "x-amzn-bedrock-accept",
            "x-amzn-bedrock-trace",
            "x-amzn-bedrock-guardrailidentifier",
            "x-amzn-bedrock-guardrailversion",
            "x-amzn-bedrock-performanceconfig-latency",
            "x-amzn-bedrock-service-tier",
            "x-amzn-bedrock-request-metadata",
            "anthropic-version",
            "anthropic-beta",
            "anthropic-workspace-id",
            "openai-project",
            "openai-organization",
            "idempotency-key");

    /** Response headers of one connection, not of the answer (RFC 9110 §7.6.1), framing, and our own. */
    private static final HeaderNames OF_A_CONNECTION = HeaderNames.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "x-bedrock-meter-attempt-id",
            "x-bedrock-meter-cost-usd",
            "x-bedrock-meter-cost-status",
            "x-bedrock-meter-budget-remaining-usd");

    /** The names are ours; the values, callers' and credentials', are checked. */
    private static final HttpHeadersFactory UPSTREAM_HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withNameValidation(false);

    /** Names and values come from the codec, which has checked them, or are ours. */
    private static final HttpHeadersFactory CALLER_HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private ExchangeHeaders() {}

    /** The headers of the request to Bedrock, without its proof of identity; no length if that is unknown. */
    static HttpHeaders towardsUpstream(HttpRequest fromCaller, String hostHeader, long bodyBytes) {
        HttpHeaders headers = UPSTREAM_HEADERS.newHeaders();
        headers.set(HttpHeaderNames.HOST, hostHeader);
        Iterator<Map.Entry<CharSequence, CharSequence>> all =
                fromCaller.headers().iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            AsciiString name = FORWARDED.find(header.getKey());
            if (name != null) {
                headers.add(name, header.getValue());
            }
        }
        if (bodyBytes > 0 || (bodyBytes == 0 && fromCaller.method().equals(HttpMethod.POST))) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
        }
        return headers;
    }

    /** An answer's headers as the caller gets them: all but those of the connection it came on. */
    static HttpHeaders towardsCaller(HttpHeaders fromUpstream) {
        HttpHeaders headers = CALLER_HEADERS.newHeaders();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fromUpstream.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            if (OF_A_CONNECTION.find(header.getKey()) == null) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        for (String names : fromUpstream.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : names.split(",", -1)) {
                headers.remove(name.strip());
            }
        }
        return headers;
    }
}
