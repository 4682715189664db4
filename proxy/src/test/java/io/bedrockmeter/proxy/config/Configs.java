package io.bedrockmeter.proxy.config;

import java.util.List;
import java.util.Map;

/** Configurations for tests, out of text. */
final class Configs {
    private Configs() {}

    static LoadedConfig.Valid valid(String yaml) {
        return switch (load(yaml, Map.of())) {
            case LoadedConfig.Valid valid -> valid;
            case LoadedConfig.Invalid invalid -> throw new AssertionError(invalid.problems());
        };
    }

    /** Every problem as it is printed. */
    static List<String> problems(String yaml) {
        return problems(yaml, Map.of());
    }

    static List<String> problems(String yaml, Map<String, String> environment) {
        return switch (load(yaml, environment)) {
            case LoadedConfig.Valid valid -> throw new AssertionError("valid: " + valid.config());
            case LoadedConfig.Invalid invalid ->
                invalid.problems().stream().map(ConfigProblem::toString).toList();
        };
    }

    static LoadedConfig load(String yaml, Map<String, String> environment) {
        return new ConfigLoader(environment).parse("meter.yaml", yaml);
    }
}
