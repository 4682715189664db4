package io.bedrockmeter.proxy.config;

import java.util.List;

/** What came of reading a configuration: the whole tree, or everything that is wrong. */
public sealed interface LoadedConfig {
    /**
     * The file is right.
     *
     * @param config the configuration
     * @param settings every key with its effective value, in the order of the documentation
     */
    record Valid(ProxyConfig config, List<Setting> settings) implements LoadedConfig {
        public Valid {
            settings = List.copyOf(settings);
        }
    }

    /**
     * The file is wrong.
     *
     * @param problems every problem, in the order of the file; never empty
     */
    record Invalid(List<ConfigProblem> problems) implements LoadedConfig {
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("an invalid configuration has at least one problem");
            }
        }
    }
}
