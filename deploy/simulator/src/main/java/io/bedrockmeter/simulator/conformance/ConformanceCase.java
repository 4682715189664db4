package io.bedrockmeter.simulator.conformance;

import io.bedrockmeter.simulator.frames.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One case: a folder with {@code request.http}, {@code response.http} and {@code expected.json}. Immutable.
 *
 * <p>A message is written as on the wire, with plain line ends and without framing headers, which are added. The body of an event
 * stream is written as one frame a line: {@code event NAME JSON}, {@code exception NAME JSON}, or {@code chunk JSON} for a document of
 * the model's own that the service wraps in base64.
 *
 * @param name its folder, below the folder of all cases
 * @param request what a caller sends
 * @param response what the upstream answers
 * @param state the state that the ledger must hold
 * @param reason the reason beside it
 * @param units what must have been counted, by unit; zeros left out
 * @param breakAfterBytes after how many bytes of its body the answer breaks off; -1 if it is whole
 */
record ConformanceCase(
        String name,
        Message request,
        Message response,
        String state,
        String reason,
        Map<String, Long> units,
        int breakAfterBytes) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final String EVENTS = "text/event-stream";

    ConformanceCase {
        units = Map.copyOf(units);
    }

    /** A request or a response, without its framing headers. */
    static final class Message {
        private final String firstLine;
        private final List<Map.Entry<String, String>> headers;
        private final byte[] body;

        private Message(String firstLine, List<Map.Entry<String, String>> headers, byte[] body) {
            this.firstLine = firstLine;
            this.headers = headers;
            this.body = body;
        }

        String firstLine() {
            return firstLine;
        }

        List<Map.Entry<String, String>> headers() {
            return headers;
        }

        /** Its bytes; not to be changed. */
        byte[] body() {
            return body;
        }

        private static Message read(Path file) throws IOException {
            String text = Files.readString(file);
            int end = text.indexOf("\n\n");
            String head = end < 0 ? text.stripTrailing() : text.substring(0, end);
            String body = end < 0 ? "" : text.substring(end + 2);
            List<String> lines = head.lines().toList();
            List<Map.Entry<String, String>> headers = lines.stream()
                    .skip(1)
                    .map(line -> {
                        int colon = line.indexOf(':');
                        return Map.entry(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    })
                    .toList();
            boolean framed =
                    headers.stream().anyMatch(header -> header.getValue().equals(EVENT_STREAM));
            return new Message(lines.get(0), headers, framed ? frames(body) : body.getBytes(StandardCharsets.UTF_8));
        }

        /** Whether it has no length of its own. */
        boolean isStream() {
            return headers.stream()
                    .map(Map.Entry::getValue)
                    .anyMatch(value -> value.equals(EVENT_STREAM) || value.startsWith(EVENTS));
        }
    }

    /** Every case below a folder, in the order of their names. */
    static List<ConformanceCase> all(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("expected.json"))
                    .map(Path::getParent)
                    .sorted()
                    .map(one -> read(folder, one))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConformanceCase read(Path all, Path folder) {
        String name = all.relativize(folder).toString();
        try {
            JsonNode expected = JSON.readTree(Files.readString(folder.resolve("expected.json")));
            Map<String, Long> units = new TreeMap<>();
            expected.path("units")
                    .properties()
                    .forEach(unit -> units.put(unit.getKey(), unit.getValue().asLong()));
            return new ConformanceCase(
                    name,
                    Message.read(folder.resolve("request.http")),
                    Message.read(folder.resolve("response.http")),
                    expected.path("state").asString("EXACT"),
                    expected.path("reason").asString("complete"),
                    units,
                    expected.path("break_after_bytes").asInt(-1));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("the case " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] frames(String lines) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        lines.lines()
                .filter(line -> !line.isBlank())
                .map(ConformanceCase::frame)
                .forEach(frames::writeBytes);
        return frames.toByteArray();
    }

    private static byte[] frame(String line) {
        String[] parts = line.split(" ", 3);
        return switch (parts[0]) {
            case "event" -> FrameEncoder.event(parts[1], parts[2].getBytes(StandardCharsets.UTF_8));
            case "exception" -> FrameEncoder.exception(parts[1], parts[2].getBytes(StandardCharsets.UTF_8));
            case "chunk" -> {
                byte[] document = line.substring("chunk ".length()).getBytes(StandardCharsets.UTF_8);
                String payload =
                        "{\"bytes\":\"" + Base64.getEncoder().encodeToString(document) + "\",\"p\":\"abcdefgh\"}";
                yield FrameEncoder.event("chunk", payload.getBytes(StandardCharsets.UTF_8));
            }
            default ->
                throw new IllegalArgumentException(
                        "a frame begins with event, exception or chunk, not with '" + parts[0] + "'");
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
