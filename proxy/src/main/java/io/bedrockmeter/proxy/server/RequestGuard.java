package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.exchange.AwsErrors;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a codec lets through and that two parties could understand differently. Stands right behind the codec,
 * for HTTP/1.1 and HTTP/2 alike; whatever it refuses ends the connection, or the stream.
 */
final class RequestGuard extends ChannelInboundHandlerAdapter {
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH, HttpMethod.HEAD);

    private final ServerLimits limits;
    private final AttemptIds ids;
    private final InstantSource clock;

    private boolean refused;

    RequestGuard(ServerLimits limits, AttemptIds ids, InstantSource clock) {
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            Fault fault = faultOf(request);
            if (fault != null) {
                refused = true;
                ReferenceCountUtil.release(message);
                refuse(context, fault);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    private void refuse(ChannelHandlerContext context, Fault fault) {
        FullHttpResponse answer = AwsErrors.answer(
                fault.status(), "MalformedHttpRequestException", fault.message(), ids.next(), clock.instant());
        answer.headers().set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    private @Nullable Fault faultOf(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return request.decoderResult().cause() instanceof TooLongFrameException
                    ? new Fault(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "The request line or head is too long (limits.request-line, limits.request-head).")
                    : bad("The request is not well-formed HTTP.");
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new Fault(
                    HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
                    "HTTP/1.1 and HTTP/2 are spoken here, nothing else.");
        }
        if (!METHODS.contains(request.method())) {
            return new Fault(HttpResponseStatus.METHOD_NOT_ALLOWED, "The method is not one that any operation uses.");
        }
        if (request.headers().size() > limits.fieldsMax()) {
            return new Fault(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "The request has more than " + limits.fieldsMax() + " header fields (limits.fields).");
        }
        if (!isPlainTarget(request.uri())) {
            return bad("The request target must be a path of plain ASCII that starts with '/'.");
        }
        if (!isOneHost(request.headers().getAll(HttpHeaderNames.HOST))) {
            return bad("The request must have exactly one Host header, a name or address with an optional port.");
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1 || (codings.size() == 1 && !codings.get(0).trim().equalsIgnoreCase("chunked"))) {
            return new Fault(HttpResponseStatus.NOT_IMPLEMENTED, "The only transfer coding taken is 'chunked', once.");
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
        if (hosts.size() != 1 || hosts.get(0).isEmpty()) {
            return false;
        }
        String host = hosts.get(0);
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean plain = c < 0x80 && Character.isLetterOrDigit(c);
            if (!plain && "-._:[]".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static Fault bad(String message) {
        return new Fault(HttpResponseStatus.BAD_REQUEST, message);
    }

    private record Fault(HttpResponseStatus status, String message) {}
}
