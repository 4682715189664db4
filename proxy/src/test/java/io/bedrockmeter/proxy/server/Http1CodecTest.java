package io.bedrockmeter.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand in front of a request, be it the first of its connection or a later one, in one piece or byte by byte. */
final class Http1CodecTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    private static final String CHUNKED =
            "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

    /** Every byte up to the space, and the one control byte above it, but for a line feed with its return. */
    static Stream<String> garbage() {
        Stream<String> bytes = IntStream.concat(IntStream.rangeClosed(0, ' '), IntStream.of(0x7f))
                .mapToObj(Character::toString);
        return Stream.concat(
                bytes.flatMap(one -> Stream.of(one, "\r\n" + one)),
                Stream.of("  ", "\r\n\r\n", "\n\r", "\r\r\n", "\r\n\r\n".repeat(1_000)));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void refusesWhateverStandsInFrontOfARequest(String garbage) {
        assertThat(requests(garbage + GET + GET)).as("first").containsExactly("refused");
        for (String before : List.of(GET, POST, CHUNKED)) {
            assertThat(requests(before + garbage + GET + GET)).as("later").containsExactly(uri(before), "refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n"})
    void forgivesOneEmptyLine(String before) {
        String all = before + GET + before + POST + before + CHUNKED + before + GET;

        assertThat(requests(all)).containsExactly("/a", "/b", "/c", "/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r", "\r\n"})
    void waitsForARequestThatMayStillBegin(String beginning) {
        assertThat(requests(beginning)).isEmpty();
        assertThat(requests(GET + beginning)).containsExactly("/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a HTTP/1.1\r\n Host: h\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n\tTransfer-Encoding: chunked\r\n\r\n"
            })
    void refusesAFoldedHead(String folded) {
        assertThat(requests(folded + GET)).containsExactly("refused");
        assertThat(requests(POST + folded + GET)).containsExactly("/b", "refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ab", "\r\n ", "\t\t\t"})
    void takesABodyThatLooksFolded(String body) {
        assertThat(requests(POST.replace("abc", body) + GET)).containsExactly("/b", "/a");
    }

    @Test
    void keepsARequestAsItCameUntilItsTurn() {
        AtomicBoolean turn = new AtomicBoolean(true);
        EmbeddedChannel channel = new EmbeddedChannel(new Http1Codec(new HttpDecoderConfig(), turn::get));
        channel.config().setAutoRead(false);

        channel.writeInbound(bytes(POST.substring(0, POST.length() - 1)));
        turn.set(false);
        channel.writeInbound(bytes("c" + GET + GET), bytes(CHUNKED));

        assertThat(uris(channel)).as("the rest of what has begun").containsExactly("/b");
        channel.read();
        assertThat(uris(channel)).isEmpty();
        turn.set(true);
        channel.read();
        assertThat(uris(channel)).containsExactly("/a", "/a", "/c");
        channel.finishAndReleaseAll();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** What is decoded, and the same whether the bytes come at once or one by one. */
    private static List<String> requests(String bytes) {
        List<String> atOnce = requests(bytes, bytes.length());
        assertThat(requests(bytes, 1)).as("byte by byte").isEqualTo(atOnce);
        return atOnce;
    }

    private static List<String> requests(String bytes, int pieceBytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new Http1Codec(new HttpDecoderConfig(), () -> true));
        byte[] all = bytes.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < all.length; at += pieceBytes) {
            channel.writeInbound(Unpooled.wrappedBuffer(all, at, Math.min(pieceBytes, all.length - at)));
        }
        List<String> requests = uris(channel);
        channel.finishAndReleaseAll();
        return requests;
    }

    private static List<String> uris(EmbeddedChannel channel) {
        List<String> requests = new ArrayList<>();
        Object next = channel.readInbound();
        while (next != null) {
            if (next instanceof HttpRequest request) {
                requests.add(request.decoderResult().isFailure() ? "refused" : request.uri());
            }
            ReferenceCountUtil.release(next);
            next = channel.readInbound();
        }
        return requests;
    }

    private static String uri(String request) {
        return request.substring(request.indexOf('/'), request.indexOf(" HTTP"));
    }
}
