package io.bedrockmeter.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Which headers pass. Towards Bedrock only those on a list, so that nothing a caller adds can change what is called or who
 * calls; towards the caller all but those that describe a connection. Framing is built new on both sides.
 */
final class ExchangeHeaders {
    static final AsciiString ATTEMPT_ID = AsciiString.cached("x-bedrock-meter-attempt-id");
    static final AsciiString COST = AsciiString.cached("x-bedrock-meter-cost-usd");
    static final AsciiString COST_STATUS = AsciiString.cached("x-bedrock-meter-cost-status");
    static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-RequestId");
    static final AsciiString ERROR_TYPE = AsciiString.cached("x-amzn-ErrorType");
    static final AsciiString CONTENT_SHA256 = AsciiString.cached("x-amz-content-sha256");
    static final AsciiString SDK_INVOCATION_ID = AsciiString.cached("amz-sdk-invocation-id");

    /** The length of a request that goes on while it is answered. */
    static final long LENGTH_UNKNOWN = -1;

    /** Request headers that mean something to Bedrock Runtime (its service model), and those that identify an SDK's call. */
    private static final List<AsciiString> FORWARDED = names(
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
    private static final List<AsciiString> OF_A_CONNECTION = names(
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

    private ExchangeHeaders() {}

    /** The headers of the request to Bedrock, without its proof of identity; no length if that is unknown. */
    static HttpHeaders towardsUpstream(HttpRequest fromCaller, String hostHeader, long bodyBytes) {
        HttpHeaders headers = UPSTREAM_HEADERS.newHeaders();
        headers.set(HttpHeaderNames.HOST, hostHeader);
        for (AsciiString name : FORWARDED) {
            Iterator<? extends CharSequence> values = fromCaller.headers().valueCharSequenceIterator(name);
            while (values.hasNext()) {
                headers.add(name, values.next());
            }
        }
        if (bodyBytes > 0 || (bodyBytes == 0 && fromCaller.method().equals(HttpMethod.POST))) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
        }
        return headers;
    }

    /** Copies an answer's headers to the caller's response, all but those of the connection it came on. */
    static void towardsCaller(HttpHeaders fromUpstream, HttpHeaders toCaller) {
        toCaller.set(fromUpstream);
        for (String names : fromUpstream.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : names.split(",", -1)) {
                toCaller.remove(name.strip());
            }
        }
        for (AsciiString name : OF_A_CONNECTION) {
            toCaller.remove(name);
        }
    }

    private static List<AsciiString> names(String... names) {
        return Arrays.stream(names).map(AsciiString::cached).toList();
    }
}
