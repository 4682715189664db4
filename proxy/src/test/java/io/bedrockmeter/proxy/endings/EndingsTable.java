package io.bedrockmeter.proxy.endings;

import io.bedrockmeter.simulator.conformance.ConformanceCase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each call must come to by its ending: {@code endings.json}, of which one row speaks for each cell. */
final class EndingsTable {
    private static final String BUT = "-";
    private static final Set<String> KEYS = Set.of("calls", "ends", "state", "reason", "cost_status", "case", "why");

    private final List<JsonNode> rows;
    private final Map<String, List<String>> groups = new HashMap<>();

    private EndingsTable(JsonNode file) {
        this.rows = file.path("rows").valueStream().toList();
        file.path("groups").properties().forEach(group -> groups.put(group.getKey(), texts(group.getValue())));
    }

    /**
     * A call and its ending.
     *
     * @param law what is said of it
     */
    record Cell(MatrixCall call, CallEnd end, Law law) {
        @Override
        public String toString() {
            return call.label() + ", " + end.label();
        }
    }

    /** What is said of a cell. */
    sealed interface Law {
        /** Its entry is this; proven by bringing it about. */
        record Entry(String state, String reason, String costStatus) implements Law {}

        /** The conformance set has a case of it, which holds its entry to a state and a reason. */
        record Case(String name, String state, String reason) implements Law {}

        /** There is no such cell. */
        record Impossible(String why) implements Law {}
    }

    static EndingsTable read() {
        try (InputStream in = Objects.requireNonNull(EndingsTable.class.getResourceAsStream("endings.json"))) {
            return new EndingsTable(new JsonMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All cells that have their place. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (MatrixCall call : MatrixCall.all()) {
            for (CallEnd end : CallEnd.values()) {
                rows.stream()
                        .filter(row -> speaksOf(row, call, end))
                        .map(row -> new Cell(call, end, law(row, call)))
                        .forEach(cells::add);
            }
        }
        return cells;
    }

    /** What is wrong with the table: cells of no row or of several, rows of no cell, words that mean nothing. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Set<JsonNode> used = new HashSet<>();
        for (MatrixCall call : MatrixCall.all()) {
            for (CallEnd end : CallEnd.values()) {
                List<JsonNode> speaking =
                        rows.stream().filter(row -> speaksOf(row, call, end)).toList();
                used.addAll(speaking);
                if (speaking.size() != 1) {
                    problems.add(call.label() + ", " + end.label() + " must have one row, not " + speaking);
                }
            }
        }
        rows.stream().filter(row -> !used.contains(row)).forEach(row -> problems.add("a row of no cell: " + row));
        rows.forEach(row -> problems.addAll(problemsOf(row)));
        return problems;
    }

    private List<String> problemsOf(JsonNode row) {
        List<String> problems = new ArrayList<>();
        row.propertyNames().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> problems.add("a row knows " + KEYS + ", not '" + key + "': " + row));
        Set<String> words = words();
        Stream.of("calls", "ends")
                .flatMap(list -> words(row.path(list)).stream())
                .filter(word -> !words.contains(word.startsWith(BUT) ? word.substring(BUT.length()) : word))
                .forEach(word -> problems.add("there is no '" + word + "': " + row));
        return problems;
    }

    private static Set<String> words() {
        Set<String> words = new HashSet<>();
        MatrixCall.all().forEach(call -> words.add(call.label()));
        for (CallEnd end : CallEnd.values()) {
            words.add(end.label());
        }
        return words;
    }

    private static Law law(JsonNode row, MatrixCall call) {
        if (row.has("why")) {
            return new Law.Impossible(row.path("why").asString());
        }
        String state = row.path("state").asString();
        String reason = row.path("reason").asString();
        return row.has("case")
                ? new Law.Case(
                        "endings/" + call.label() + "/" + row.path("case").asString(), state, reason)
                : new Law.Entry(state, reason, row.path("cost_status").asString());
    }

    private boolean speaksOf(JsonNode row, MatrixCall call, CallEnd end) {
        return has(row.path("calls"), call.label()) && has(row.path("ends"), end.label());
    }

    /** Whether a list has a word; one of words with a minus has all others, and one that is not there has all. */
    private boolean has(JsonNode list, String word) {
        List<String> words = words(list);
        return words.stream().allMatch(one -> one.startsWith(BUT)) ? !words.contains(BUT + word) : words.contains(word);
    }

    /** The words of a list, with those of its groups. */
    private List<String> words(JsonNode list) {
        return texts(list).stream().flatMap(this::members).toList();
    }

    private Stream<String> members(String word) {
        String but = word.startsWith(BUT) ? BUT : "";
        List<String> group = groups.get(word.substring(but.length()));
        return group == null ? Stream.of(word) : group.stream().map(member -> but + member);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    /** Whether a case of the conformance set says what a cell's law does. */
    static boolean says(ConformanceCase one, Law.Case law) {
        return one.name().equals(law.name())
                && one.expected().state().equals(law.state())
                && one.expected().reason().equals(law.reason());
    }
}
