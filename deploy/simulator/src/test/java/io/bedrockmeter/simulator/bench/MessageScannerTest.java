package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageScannerTest {
    private static final String TWO_MESSAGES = "HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nDate: x\r\n\r\nhello"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n";

    @Test
    void tellsTheSameWhereverTheBytesAreCut() {
        byte[] bytes = TWO_MESSAGES.getBytes(US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Told told = new Told();
            MessageScanner scanner = new MessageScanner(told);

            scanner.read(Unpooled.wrappedBuffer(bytes, 0, cut));
            scanner.read(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));

            assertThat(told.messages)
                    .as("cut at %s", cut)
                    .containsExactly("200 OK: hello", "200 OK: abc0123456789", "204 No Content: ");
        }
    }

    @Test
    void tellsTheSameByteByByte() {
        Told told = new Told();
        MessageScanner scanner = new MessageScanner(told);

        for (byte one : TWO_MESSAGES.getBytes(US_ASCII)) {
            scanner.read(Unpooled.wrappedBuffer(new byte[] {one}));
        }

        assertThat(told.messages).hasSize(3);
    }

    private static final class Told implements MessageScanner.Listener {
        private final List<String> messages = new ArrayList<>();
        private final StringBuilder message = new StringBuilder();

        @Override
        public void onHead(ByteBuf in, int start, int end) {
            String head = in.toString(start, end - start, US_ASCII);
            assertThat(head).startsWith("HTTP/1.1 ").endsWith("\r\n\r\n");
            message.append(head, 9, head.indexOf("\r\n")).append(": ");
        }

        @Override
        public void onBody(ByteBuf in, int start, int length) {
            message.append(in.toString(start, length, US_ASCII));
        }

        @Override
        public void onEnd() {
            messages.add(message.toString());
            message.setLength(0);
        }
    }
}
