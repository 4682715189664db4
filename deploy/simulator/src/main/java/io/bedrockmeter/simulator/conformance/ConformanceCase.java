package io.bedrockmeter.simulator.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One case: a folder with {@code request.http}, {@code response.http} and {@code expected.json}. Immutable.
 *
 * @param name its folder, below the folder of all cases
 * @param request what a caller sends
 * @param response what the upstream answers; nothing if it closes the connection instead
 * @param breaksOff whether the connection breaks behind the last byte of the answer as it is written, which is not its end
 * @param expected what the ledger must tell
 */
public record ConformanceCase(String name, Message request, Message response, boolean breaksOff, Expected expected) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> KEYS = Set.of("units", "state", "reason", "cost_status", "breaks_off");
    private static final String SESSION = "/invoke-with-bidirectional-stream";

    /**
     * What the ledger must tell.
     *
     * @param state how sure it is
     * @param reason why, or how the call ended
     * @param costStatus what its amount is worth
     * @param units what must have been counted, by unit; zeros left out
     */
    public record Expected(String state, String reason, String costStatus, Map<String, Long> units) {
        public Expected {
            units = Map.copyOf(units);
        }

        private static Expected read(JsonNode file) {
            file.propertyNames().stream().filter(key -> !KEYS.contains(key)).forEach(key -> {
                throw new IllegalArgumentException("expected.json knows " + KEYS + ", not '" + key + "'");
            });
            Map<String, Long> units = new TreeMap<>();
            file.path("units")
                    .properties()
                    .forEach(unit -> units.put(unit.getKey(), unit.getValue().asLong()));
            String state = file.path("state").asString("EXACT");
            String costStatus = switch (state) {
                case "EXACT" -> "priced";
                case "NOT_BILLED" -> "not_billed";
                default -> "estimated";
            };
            return new Expected(
                    state,
                    file.path("reason").asString("complete"),
                    file.path("cost_status").asString(costStatus),
                    units);
        }
    }

    /**
     * Every case below a folder, in the order of their names.
     *
     * @param run six small letters or digits, which {@code {run}} stands for in a message: new in each run, where a case has to be
     *     the first of its kind
     */
    public static List<ConformanceCase> all(Path folder, String run) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("expected.json"))
                    .map(Path::getParent)
                    .sorted()
                    .map(one -> read(folder, one, run))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether request and answer pass at the same time, which takes HTTP/2. */
    boolean isSession() {
        return request.secondWord().endsWith(SESSION);
    }

    private static ConformanceCase read(Path all, Path folder, String run) {
        String name = all.relativize(folder).toString();
        try {
            JsonNode expected = JSON.readTree(Files.readString(folder.resolve("expected.json")));
            Message response = Message.read(folder.resolve("response.http"), run);
            return new ConformanceCase(
                    name,
                    Message.read(folder.resolve("request.http"), run),
                    response,
                    response.isNothing() || expected.path("breaks_off").asBoolean(false),
                    Expected.read(expected));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("the case " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
