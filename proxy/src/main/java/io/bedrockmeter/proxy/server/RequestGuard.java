package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.MalformedRequest;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a codec lets through and that two parties could understand differently. Stands right behind the codec,
 * for HTTP/1.1 and HTTP/2 alike; whatever it refuses is the last request of its connection or stream.
 */
final class RequestGuard extends ChannelInboundHandlerAdapter {
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH, HttpMethod.HEAD);

    /** Where the codec of HTTP/2 puts the pseudo-header. */
    private static final AsciiString SCHEME = HttpConversionUtil.ExtensionHeaderNames.SCHEME.text();

    private final ServerLimits limits;

    private boolean refused;

    RequestGuard(ServerLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            MalformedRequest fault = faultOf(request);
            if (fault != null) {
                refused = true;
                ReferenceCountUtil.release(message);
                context.fireChannelRead(fault);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    private @Nullable MalformedRequest faultOf(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return request.decoderResult().cause() instanceof TooLongFrameException
                    ? new MalformedRequest(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "The request line or head is too long (limits.request-line, limits.request-head).")
                    : bad("The request is not well-formed HTTP.");
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new MalformedRequest(
                    HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
                    "HTTP/1.1 and HTTP/2 are spoken here, nothing else.");
        }
        if (!METHODS.contains(request.method())) {
            return new MalformedRequest(
                    HttpResponseStatus.METHOD_NOT_ALLOWED, "The method is not one that any operation uses.");
        }
        if (request.headers().size() > limits.fieldsMax()) {
            return new MalformedRequest(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "The request has more than " + limits.fieldsMax() + " header fields (limits.fields).");
        }
        if (!isPlainTarget(request.uri())) {
            return bad("The request target must be a path of plain ASCII that starts with '/'.");
        }
        if (!isOneHost(request.headers().getAll(HttpHeaderNames.HOST))) {
            return bad("The request must have exactly one Host header, a name or address with an optional port.");
        }
        String scheme = request.headers().get(SCHEME);
        if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
            return bad("The scheme must be http or https.");
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1 || (codings.size() == 1 && !codings.get(0).trim().equalsIgnoreCase("chunked"))) {
            return new MalformedRequest(
                    HttpResponseStatus.NOT_IMPLEMENTED, "The only transfer coding taken is 'chunked', once.");
        }
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && length.length() > 1 && length.charAt(0) == '0') {
            return bad("The Content-Length must be written without leading zeros, which some take for octal.");
        }
        if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
            request.headers().remove(HttpHeaderNames.UPGRADE);
        }
        return null;
    }

    private static boolean isPlainTarget(String target) {
        if (!target.startsWith("/")) {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean isOneHost(List<String> hosts) {
        return hosts.size() == 1 && HostValue.isPlain(hosts.get(0));
    }

    private static MalformedRequest bad(String message) {
        return new MalformedRequest(HttpResponseStatus.BAD_REQUEST, message);
    }
}
