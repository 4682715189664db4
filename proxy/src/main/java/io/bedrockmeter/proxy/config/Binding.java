package io.bedrockmeter.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** What is gathered while one file is bound: its problems, and every key that was asked for. Confined to one thread. */
final class Binding {
    private final String file;
    private final Environment environment;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Map<String, Mark> places = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();

    Binding(String file, Environment environment) {
        this.file = file;
        this.environment = environment;
    }

    Environment environment() {
        return environment;
    }

    /** Remembers where a key stands, for problems that are found later. */
    void found(String key, @Nullable Mark place) {
        if (place != null) {
            places.putIfAbsent(key, place);
        }
    }

    void known(Setting setting) {
        settings.put(setting.key(), setting);
    }

    void unknown(String key) {
        unknown.add(key);
    }

    /** Reports a problem at a key, or where that is not in the file, at the nearest section around it that is. */
    void problem(String key, String message) {
        problem(key, placeOf(key), message);
    }

    void problem(String key, @Nullable Mark place, String message) {
        int line = place == null ? 1 : place.getLine() + 1;
        int column = place == null ? 1 : place.getColumn() + 1;
        problems.add(new ConfigProblem(file, line, column, key, message));
    }

    int problemCount() {
        return problems.size();
    }

    /** Turns unknown keys into problems, now that every key that could have been meant is known. */
    List<ConfigProblem> problems() {
        for (String key : unknown) {
            String hint = Suggestions.nearest(key, knownPaths())
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("; remove it, or see the table of keys in README.md");
            problem(key, "is not a key of this configuration" + hint);
        }
        unknown.clear();
        return problems.stream().sorted(ConfigProblem.BY_PLACE).toList();
    }

    List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** Every key, and every section around one. */
    private Set<String> knownPaths() {
        Set<String> paths = new LinkedHashSet<>();
        for (String key : settings.keySet()) {
            for (int dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
                paths.add(key.substring(0, dot));
            }
            paths.add(key);
        }
        return paths;
    }

    private @Nullable Mark placeOf(String key) {
        String path = key;
        while (!path.isEmpty()) {
            Mark place = places.get(path);
            if (place != null) {
                return place;
            }
            path = path.substring(0, Math.max(0, path.lastIndexOf('.')));
        }
        return null;
    }
}
