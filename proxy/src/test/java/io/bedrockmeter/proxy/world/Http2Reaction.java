package io.bedrockmeter.proxy.world;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;

/** The first thing by which a server of HTTP/2 tells what it made of a client: an answer, a reset, a farewell, or its end. */
public final class Http2Reaction {
    private Http2Reaction() {}

    /** {@code status-400}, {@code RST_STREAM}, {@code GOAWAY} or {@code close}. */
    public static String of(RawClient client) {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        while (true) {
            byte[] head = client.read(9);
            if (head.length < 9) {
                return "close";
            }
            int length = ((head[0] & 255) << 16) | ((head[1] & 255) << 8) | (head[2] & 255);
            byte[] payload = client.read(length);
            switch (head[3]) {
                case Http2Bytes.HEADERS -> {
                    return "status-" + status(decoder, payload);
                }
                case Http2Bytes.RST_STREAM -> {
                    return "RST_STREAM";
                }
                case Http2Bytes.GOAWAY -> {
                    return "GOAWAY";
                }
                default -> {}
            }
        }
    }

    private static String status(DefaultHttp2HeadersDecoder decoder, byte[] block) {
        try {
            Http2Headers headers = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block));
            return Objects.requireNonNull(headers.status()).toString();
        } catch (Http2Exception e) {
            throw new IllegalStateException("an answer that cannot be read", e);
        }
    }
}
