package io.bedrockmeter.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of the file, from which a record reads its components. Confined to one thread.
 *
 * <p>Each reading method declares a key: its type, what holds where it is not given, and what it means. A value that cannot
 * be read is reported and replaced, so that binding goes on and finds the other problems; the record made of it is thrown
 * away. A key that nobody declared is unknown; so a binder reads all its keys before it refuses any.
 */
final class Section {
    private static final int SHOWN_MAX = 80;

    private final Binding binding;
    private final String path;
    private final boolean present;
    private final boolean reloads;
    private final Map<String, Node> values;

    private Section(Binding binding, String path, boolean present, boolean reloads, Map<String, Node> values) {
        this.binding = binding;
        this.path = path;
        this.present = present;
        this.reloads = reloads;
        this.values = values;
    }

    /** The whole file; null if it is empty. */
    static Section root(Binding binding, @Nullable Node node) {
        return of(binding, "", node, true);
    }

    private static Section of(Binding binding, String path, @Nullable Node node, boolean present) {
        Section section = new Section(binding, path, present, true, new LinkedHashMap<>());
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(section::take);
        } else if (node != null && !isEmpty(node)) {
            section.binding.problem(path, mark(node), "must be a section of 'key: value' lines");
        }
        return section;
    }

    /** The same section, for keys of which a change comes into force at the next start only. */
    Section untilRestart() {
        return new Section(binding, path, present, false, values);
    }

    /** The key that it stands under. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** A key with a default. */
    <T> T get(String key, ValueType<T> type, String fallback, String meaning) {
        T value = read(key, type, new Setting(pathOf(key), type.name(), fallback, false, meaning, reloads, fallback));
        return value == null ? type.parser().apply(fallback) : value;
    }

    /** A key that may be left out; null if it is. */
    <T> @Nullable T find(String key, ValueType<T> type, String meaning) {
        return read(key, type, new Setting(pathOf(key), type.name(), null, false, meaning, reloads, null));
    }

    /** A key that must be given. */
    <T> T require(String key, ValueType<T> type, String example, String meaning) {
        boolean given = values.containsKey(key);
        T value = read(key, type, new Setting(pathOf(key), type.name(), null, true, meaning, reloads, null));
        if (!given && present) {
            binding.problem(pathOf(key), "is required; for example '" + key + ": " + example + "'");
        }
        return value == null ? type.parser().apply(example) : value;
    }

    /** A key that takes several values, as a list or as a single one; empty if it is left out. */
    <T> List<T> list(String key, ValueType<T> type, String meaning) {
        Setting declared = new Setting(pathOf(key), "list of " + type.name(), null, false, meaning, reloads, null);
        if (!(values.get(key) instanceof SequenceNode sequence)) {
            T single = read(key, type, declared);
            return single == null ? List.of() : List.of(single);
        }
        values.remove(key);
        List<T> read = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            T value = readItem(item, type, declared, shown);
            if (value != null) {
                read.add(value);
            }
        }
        binding.known(present && !shown.isEmpty() ? declared.withValue(String.join(", ", shown)) : declared);
        return List.copyOf(read);
    }

    /** A section whose keys all hold their defaults where it is not given. */
    <T> T section(String key, Function<Section, T> binder) {
        Section child = of(binding, pathOf(key), values.remove(key), present);
        return child.bind(binder).orElseGet(() -> binder.apply(unreported(key)));
    }

    /** A section that may be left out; null if it is. */
    <T> @Nullable T optionalSection(String key, Function<Section, T> binder) {
        Node node = values.remove(key);
        boolean given = node != null && !isEmpty(node);
        Section child = of(binding, pathOf(key), node, given);
        Optional<T> value = child.bind(binder);
        return given ? value.orElse(null) : null;
    }

    /** A map of sections under keys that the user chooses; {@code placeholder} names them in the documentation. */
    <T> Map<String, T> sections(String key, String placeholder, Function<Section, T> binder) {
        Section map = of(binding, pathOf(key), values.remove(key), present);
        Map<String, T> result = new LinkedHashMap<>();
        for (String name : map.values.keySet().toArray(String[]::new)) {
            Section child = of(binding, map.pathOf(name), map.values.remove(name), present);
            child.bind(binder).ifPresent(value -> result.put(name, value));
        }
        if (result.isEmpty()) {
            of(binding, map.pathOf(placeholder), null, false).bind(binder);
        }
        return result;
    }

    /** A map of values under keys that the user chooses. */
    <T> Map<String, T> values(String key, String placeholder, ValueType<T> type, String meaning) {
        Section map = of(binding, pathOf(key), values.remove(key), present);
        Map<String, T> result = new LinkedHashMap<>();
        for (String name : map.values.keySet().toArray(String[]::new)) {
            T value = map.find(name, type, meaning);
            if (value != null) {
                result.put(name, value);
            }
        }
        if (result.isEmpty()) {
            of(binding, map.path, null, false).find(placeholder, type, meaning);
        }
        return result;
    }

    /** Makes a record of this section; empty if it refused, which has then been reported. */
    <T> Optional<T> bind(Function<Section, T> binder) {
        int before = binding.problemCount();
        try {
            return Optional.of(binder.apply(this));
        } catch (InvalidSetting e) {
            // With a value already reported in here the record was made of replacements, and may refuse those.
            if (present && binding.problemCount() == before) {
                binding.problem(pathOf(e.key()), e.getMessage() == null ? "is refused" : e.getMessage());
            }
            return Optional.empty();
        } finally {
            values.keySet().forEach(key -> binding.unknown(pathOf(key)));
        }
    }

    private void take(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
            binding.problem(path, mark(tuple.getKeyNode()), "has a key that is not plain text");
            return;
        }
        String key = keyNode.getValue();
        if (values.containsKey(key)) {
            binding.problem(pathOf(key), mark(keyNode), "is given twice; keep one of them");
            return;
        }
        binding.found(pathOf(key), mark(keyNode));
        values.put(key, tuple.getValueNode());
    }

    private <T> @Nullable T read(String key, ValueType<T> type, Setting declared) {
        Node node = values.remove(key);
        binding.known(present ? declared : declared.withValue(null));
        if (node == null) {
            return null;
        }
        List<String> shown = new ArrayList<>();
        T value = readItem(node, type, declared, shown);
        shown.forEach(text -> binding.known(declared.withValue(text)));
        return value;
    }

    /** Reads one value, and adds to a list how it is shown; null if it cannot be read, which has then been reported. */
    private <T> @Nullable T readItem(Node node, ValueType<T> type, Setting declared, List<String> shown) {
        if (!(node instanceof ScalarNode scalar)) {
            binding.problem(declared.key(), mark(node), "takes one " + type.name() + ", not a list or a section");
            return null;
        }
        if (isEmpty(node)) {
            binding.problem(declared.key(), mark(node), "has no value; give one or remove the key");
            return null;
        }
        String written = scalar.getValue();
        try {
            String text = binding.environment().substitute(written);
            T value = type.parser().apply(text);
            shown.add(type.secret() ? "***" : text);
            return value;
        } catch (IllegalArgumentException e) {
            String what = type.secret() ? "the value" : "'" + show(written) + "'";
            binding.problem(declared.key(), mark(node), what + " " + e.getMessage());
            return null;
        }
    }

    /** What was written, never what a variable stood for: that may be a secret in the wrong place. */
    private static String show(String written) {
        String plain = written.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= SHOWN_MAX ? plain : plain.substring(0, SHOWN_MAX) + "…";
    }

    private Section unreported(String key) {
        return new Section(new Binding("", binding.environment()), pathOf(key), false, true, new LinkedHashMap<>());
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static boolean isEmpty(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getTag().equals(Tag.NULL);
            case MappingNode mapping -> mapping.getValue().isEmpty();
            case SequenceNode sequence -> sequence.getValue().isEmpty();
            default -> false;
        };
    }

    private static @Nullable Mark mark(Node node) {
        return node.getStartMark().orElse(null);
    }
}
