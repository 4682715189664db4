package io.bedrockmeter.proxy.route;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A table of what the conformance set must have, and the list of its holes. A cell is a word from each axis; a hole names some
 * words of some axes, stands for every cell that has them, and says why. Confined to one test.
 */
final class Coverage {
    private static final String BUT = "-";

    private final List<Axis> axes;
    private final Set<List<String>> filled = new HashSet<>();

    /**
     * One axis.
     *
     * @param name what it is called in the list of holes
     * @param words what is on it
     */
    record Axis(String name, List<String> words) {}

    /** A table without cases; a cell names a word of each axis in this order. */
    Coverage(Axis... axes) {
        this.axes = List.of(axes);
    }

    /** A case stands for a cell. */
    void fill(String... cell) {
        filled.add(List.of(cell));
    }

    /** What is wrong: cells that are neither filled nor listed as a hole, or both, or listed twice; holes that are none. */
    List<String> problemsWith(JsonNode holes) {
        List<String> problems = new ArrayList<>();
        Set<JsonNode> used = new HashSet<>();
        for (List<String> cell : cells()) {
            List<JsonNode> listed =
                    holes.valueStream().filter(hole -> names(hole, cell)).toList();
            used.addAll(listed);
            if (listed.isEmpty() && !filled.contains(cell)) {
                problems.add("no case for " + cell + ": add one, or list the hole with its reason");
            } else if (!listed.isEmpty() && filled.contains(cell)) {
                problems.add("there is a case for " + cell + ", which is listed as a hole: " + listed.getFirst());
            } else if (listed.size() > 1) {
                problems.add(cell + " is listed more than once: " + listed);
            }
        }
        for (JsonNode hole : holes) {
            if (!used.contains(hole)) {
                problems.add("there is no such hole: " + hole);
            }
            if (hole.path("why").asString("").isBlank()) {
                problems.add("a hole says why it is one: " + hole);
            }
        }
        return problems;
    }

    private boolean names(JsonNode hole, List<String> cell) {
        return IntStream.range(0, axes.size())
                .allMatch(at -> names(hole.path(axes.get(at).name()), cell.get(at)));
    }

    /** Whether a list has a word; one that is not there has all, and one of words with a minus has all others. */
    private static boolean names(JsonNode words, String word) {
        List<String> list = words.valueStream().map(JsonNode::asString).toList();
        return list.stream().allMatch(one -> one.startsWith(BUT)) ? !list.contains(BUT + word) : list.contains(word);
    }

    private List<List<String>> cells() {
        List<List<String>> cells = List.of(List.of());
        for (Axis axis : axes) {
            cells = cells.stream()
                    .flatMap(cell -> axis.words().stream().map(word -> {
                        List<String> longer = new ArrayList<>(cell);
                        longer.add(word);
                        return longer;
                    }))
                    .toList();
        }
        return cells;
    }
}
