package io.bedrockmeter.proxy.world;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that answers everything alike and keeps what it was sent, byte for byte. */
public final class RecordingUpstream implements AutoCloseable {
    private final ConcurrentLinkedQueue<Sent> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final RawUpstream upstream = RawUpstream.behaving(this::talk);

    /**
     * A request as it arrived.
     *
     * @param line its first line
     * @param headers names in small letters, in wire order
     * @param body as Latin-1
     */
    public record Sent(String line, List<Map.Entry<String, String>> headers, String body) {
        static Sent of(String text) {
            int end = text.indexOf("\r\n\r\n");
            String[] lines = text.substring(0, end).split("\r\n", -1);
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.add(Map.entry(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip()));
            }
            return new Sent(lines[0], headers, text.substring(end + 4));
        }

        /** Its path and query. */
        public String target() {
            return line.split(" ", -1)[1];
        }

        /** The values of a header. */
        public List<String> values(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        /** Line and headers as one text. */
        public String head() {
            return line + "\n" + headers;
        }
    }

    private void talk(RawUpstream.Line line) throws IOException {
        for (String request = line.requestText(); !request.isEmpty(); request = line.requestText()) {
            requests.add(Sent.of(request));
            line.say(RawUpstream.answer("11111111-1111-1111-1111-%012d".formatted(answers.incrementAndGet())));
        }
    }

    /** Where it listens. */
    public URI endpoint() {
        return upstream.endpoint();
    }

    /** What it was sent so far, oldest first. */
    public List<Sent> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        upstream.close();
    }
}
