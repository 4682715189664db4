package io.bedrockmeter.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key of the configuration that has come into force with another value. Immutable.
 *
 * @param key its full path
 * @param before its value until then, secrets masked; null if it was not set
 * @param after its value now, likewise
 */
public record SettingChange(
        String key, @Nullable String before, @Nullable String after) {
    private static final String SECRET = "***";

    /**
     * What came into force with a configuration, of the keys that can while a proxy runs. Secrets that changed cannot be told from
     * one another: they are one change without a name, told if it is the only one.
     */
    static List<SettingChange> between(LoadedConfig.Valid before, LoadedConfig.Valid after) {
        Map<String, @Nullable String> were = values(before);
        Map<String, @Nullable String> are = values(after);
        List<SettingChange> changes = new ArrayList<>();
        Stream.concat(are.keySet().stream(), were.keySet().stream().filter(key -> !are.containsKey(key)))
                .forEach(key -> {
                    String was = were.get(key);
                    String is = are.get(key);
                    if (!Objects.equals(was, is)) {
                        changes.add(new SettingChange(key, was, is));
                    }
                });
        if (changes.isEmpty() && !before.config().equals(after.config())) {
            changes.add(new SettingChange("(a secret)", SECRET, SECRET));
        }
        return changes;
    }

    private static Map<String, @Nullable String> values(LoadedConfig.Valid config) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (Setting setting : config.settings()) {
            if (setting.reloads()) {
                values.put(setting.key(), setting.value());
            }
        }
        return values;
    }
}
