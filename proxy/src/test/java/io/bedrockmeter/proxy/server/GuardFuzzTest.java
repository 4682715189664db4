package io.bedrockmeter.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bedrockmeter.proxy.exchange.MalformedRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, codec and guard make the same of them however they are cut, and what passes can be understood in one way
 * only: written down plainly, it is read as the same again.
 */
final class GuardFuzzTest {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD");
    private static final ServerLimits LIMITS = new ServerLimits(
            8_192, 16_384, 100, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1, 1, 1, 1);

    private static final Passed REFUSED = new Passed("", "", List.of(), "", "refused");

    @MethodSource("requests")
    @FuzzTest
    void letsNothingPassThatCouldBeReadInTwoWays(byte[] bytes) {
        List<Passed> atOnce = passed(bytes, bytes.length);
        List<Passed> inPieces = passed(bytes, 1);

        assertThat(inPieces).as("byte by byte").isEqualTo(atOnce);
        for (Passed one : atOnce) {
            if (one.isWhole()) {
                holds(one);
                String plain = one.plain();
                byte[] again = (plain + plain).getBytes(StandardCharsets.ISO_8859_1);
                assertThat(passed(again, again.length)).as(plain).containsExactly(one.asPlain(), one.asPlain());
            }
        }
    }

    private static void holds(Passed one) {
        assertThat(METHODS).contains(one.method());
        assertThat(one.target()).startsWith("/").matches("[!-\"$-\\[\\]-~]+");
        assertThat(one.values("host"))
                .singleElement()
                .satisfies(host -> assertThat(HostValue.isPlain(host)).isTrue());
        assertThat(one.values("content-length").size()
                        + one.values("transfer-encoding").size())
                .isLessThanOrEqualTo(1);
        assertThat(one.values("upgrade")).isEmpty();
        for (Map.Entry<String, String> header : one.headers()) {
            assertThat(header.getKey()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            assertThat(header.getValue()).doesNotContain("\r", "\n", "\0");
        }
        for (String length : one.values("content-length")) {
            assertThat(length).isEqualTo(Integer.toString(one.body().length()));
        }
    }

    /**
     * A request behind the guard; one that is refused, or not whole, is what it is and no more.
     *
     * @param end "whole", "refused", or "open" where more may come
     */
    private record Passed(
            String method, String target, List<Map.Entry<String, String>> headers, String body, String end) {
        boolean isWhole() {
            return end.equals("whole");
        }

        List<String> values(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().toLowerCase(Locale.ROOT).equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        Passed with(HttpContent content) {
            return new Passed(
                    method,
                    target,
                    headers,
                    body + content.content().toString(StandardCharsets.ISO_8859_1),
                    content instanceof LastHttpContent ? "whole" : end);
        }

        /** The same with its length told in one way, and no more headers than decide where it goes and ends. */
        Passed asPlain() {
            List<Map.Entry<String, String>> few = List.of(
                    Map.entry("Host", values("host").get(0)),
                    Map.entry("Content-Length", Integer.toString(body.length())));
            return new Passed(method, target, few, body, end);
        }

        String plain() {
            StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
            asPlain()
                    .headers()
                    .forEach(header -> text.append(header.getKey())
                            .append(": ")
                            .append(header.getValue())
                            .append("\r\n"));
            return text.append("\r\n").append(body).toString();
        }
    }

    private static List<Passed> passed(byte[] bytes, int pieceBytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new Http1Codec(decoder(), () -> true), new RequestGuard(LIMITS));
        List<Passed> passed = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes, at, Math.min(pieceBytes, bytes.length - at)));
        }
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            take(passed, (HttpObject) next);
            ReferenceCountUtil.release(next);
        }
        channel.finishAndReleaseAll();
        return passed;
    }

    private static HttpDecoderConfig decoder() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(LIMITS.requestLineBytesMax())
                .setMaxHeaderSize(LIMITS.headBytesMax());
    }

    private static void take(List<Passed> passed, HttpObject next) {
        if (next instanceof MalformedRequest) {
            passed.add(REFUSED);
        } else if (next instanceof HttpRequest request) {
            passed.add(new Passed(
                    request.method().name(),
                    request.uri(),
                    request.headers().entries().stream()
                            .map(header -> Map.entry(header.getKey(), header.getValue()))
                            .toList(),
                    "",
                    "open"));
        }
        if (next instanceof HttpContent content) {
            Passed one = passed.remove(passed.size() - 1);
            passed.add(content.decoderResult().isFailure() ? REFUSED : one.with(content));
        }
    }

    static Stream<Arguments> requests() {
        String host = " HTTP/1.1\r\nHost: h:80\r\n";
        String tail = "GET /smuggled" + host + "\r\n";
        return Stream.of(
                        "GET /a" + host + "\r\n",
                        "POST /model/a%3Ab/converse" + host + "Content-Length: 3\r\n\r\nabc" + tail,
                        "POST /a" + host + "Transfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: u\r\n\r\n"
                                + tail,
                        "POST /a" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + tail,
                        "POST /a" + host + "Content-Length: 3, 3\r\n\r\nabc" + tail,
                        "POST /a" + host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + tail,
                        "POST /a" + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                        "POST /a" + host + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                        "POST /a" + host + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n",
                        "POST /a" + host + "Content-Length: 03\r\n\r\nabc",
                        "POST /a" + host + "Content-Length: +3\r\n\r\nabc",
                        "POST /a" + host + "Content-Length: 3\r\n\r\nab",
                        "GET http://other/a" + host + "\r\n",
                        "GET /a" + host + "Host: other\r\n\r\n",
                        "GET /a HTTP/1.1\r\nHost: [::1]:9\r\nUpgrade: h2c\r\n\r\n",
                        "CONNECT h:443" + host + "\r\n",
                        "\r\nGET /a" + host + "\r\n",
                        "GET  /a" + host + "\r\n",
                        "GET /a HTTP/1.0\r\n\r\n",
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                        "\u0016\u0003\u0001",
                        "")
                .map(request -> Arguments.of((Object) request.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
