package io.bedrockmeter.simulator.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A request or an answer of a case, read from a file that has it as on the wire, but with plain line ends and without {@code Host}
 * and framing headers. The body of an event stream is written as {@link FrameLine frames, one a line}. Immutable.
 */
public final class Message {
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final String SERVER_SENT_EVENTS = "text/event-stream";

    private static final String RUN = "{run}";

    private final String firstLine;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;

    private Message(String firstLine, List<Map.Entry<String, String>> headers, byte[] body) {
        this.firstLine = firstLine;
        this.headers = headers;
        this.body = body;
    }

    /** Reads a file; an empty one is a message of which nothing is sent. */
    static Message read(Path file, String run) throws IOException {
        String text = Files.readString(file).replace(RUN, run);
        int end = text.indexOf("\n\n");
        String head = end < 0 ? text.stripTrailing() : text.substring(0, end);
        String body = end < 0 ? "" : text.substring(end + 2);
        List<Map.Entry<String, String>> headers =
                head.lines().skip(1).map(Message::header).toList();
        boolean framed = headers.stream().anyMatch(header -> header.getValue().equals(EVENT_STREAM));
        return new Message(
                head.lines().findFirst().orElse(""),
                headers,
                framed ? FrameLine.bytesOfAll(body) : body.getBytes(StandardCharsets.UTF_8));
    }

    private static Map.Entry<String, String> header(String line) {
        int colon = line.indexOf(':');
        return Map.entry(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    /** Whether there is nothing of it. */
    public boolean isNothing() {
        return firstLine.isEmpty();
    }

    /** The method of a request. */
    public String firstWord() {
        return firstLine.split(" ", 2)[0];
    }

    /** The second word of the first line: the target of a request, the status of an answer. */
    public String secondWord() {
        return firstLine.split(" ", 3)[1];
    }

    /** Its headers, in their order. */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** Its bytes; not to be changed. */
    public byte[] body() {
        return body;
    }

    /** Whether it has no length of its own. */
    public boolean isStream() {
        return headers.stream()
                .map(Map.Entry::getValue)
                .anyMatch(value -> value.equals(EVENT_STREAM) || value.startsWith(SERVER_SENT_EVENTS));
    }
}
