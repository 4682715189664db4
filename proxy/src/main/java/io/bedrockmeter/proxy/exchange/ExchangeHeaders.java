package io.bedrockmeter.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

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
    static final AsciiString SDK_INVOCATION_ID = AsciiString.cached("amz-sdk-invocation-id");

    /** Request headers that mean something to Bedrock Runtime (its service model), and those that identify an SDK's call. */
    private static final Set<String> FORWARDED = Set.of(
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
            "x-amzn-bedrock-request-metadata");

    /** Response headers of one connection, not of the answer (RFC 9110 §7.6.1), and framing. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length");

    private ExchangeHeaders() {}

    /** The headers of the request to Bedrock, without its proof of identity. */
    static HttpHeaders towardsUpstream(HttpHeaders fromCaller, String hostHeader, long bodyBytes) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.HOST, hostHeader);
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fromCaller.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            String name = AsciiString.of(header.getKey()).toLowerCase().toString();
            if (FORWARDED.contains(name)) {
                headers.add(name, header.getValue());
            }
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
        return headers;
    }

    /** Copies an answer's headers to the caller's response, all but those of the connection it came on. */
    static void towardsCaller(HttpHeaders fromUpstream, HttpHeaders toCaller) {
        String named = fromUpstream.get(HttpHeaderNames.CONNECTION);
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fromUpstream.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            String name = AsciiString.of(header.getKey()).toLowerCase().toString();
            boolean hop = HOP_BY_HOP.contains(name)
                    || (named != null && AsciiString.containsIgnoreCase(named, name) && !name.equals("close"));
            if (!hop && !name.startsWith("x-bedrock-meter-")) {
                toCaller.add(header.getKey(), header.getValue());
            }
        }
    }
}
