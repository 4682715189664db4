package io.bedrockmeter.proxy.config;

/**
 * What is logged, on standard error.
 *
 * @param format how a line looks
 * @param level the least severe level that is logged
 */
public record LoggingConfig(Format format, Level level) {
    /** How a line looks. */
    public enum Format {
        /** {@code key=value} for people. */
        TEXT,
        /** One JSON object for machines. */
        JSON
    }

    /** How severe an event is. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    static LoggingConfig bind(Section in) {
        return new LoggingConfig(
                in.get(
                        "format",
                        ValueType.choice(Format.values()),
                        "text",
                        "`text` for people, `json` for machines; both on standard error."),
                in.get(
                        "level",
                        ValueType.choice(Level.values()),
                        "info",
                        "Least severe level that is logged. Bodies, prompts and keys are logged at none."));
    }
}
