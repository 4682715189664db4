package io.bedrockmeter.simulator.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The command line of a program of the bench: {@code --name value} pairs, each asked for once, unknown ones refused. */
public final class Options {
    private final Map<String, String> given;
    private final TreeSet<String> known = new TreeSet<>();

    private Options(Map<String, String> given) {
        this.given = given;
    }

    /** Reads {@code --name value} pairs. */
    public static Options of(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("'" + arguments[i] + "': expected --name value");
            }
            given.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return new Options(given);
    }

    /** Any text. */
    public String text(String name, String fallback) {
        known.add(name);
        return given.getOrDefault(name, fallback);
    }

    /** Any text but none. */
    public String required(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    /** A whole number. */
    public long number(String name, long fallback) {
        String value = text(name, Long.toString(fallback));
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " " + value + ": expected a whole number", e);
        }
    }

    /** A whole number that fits an {@code int}. */
    public int count(String name, int fallback) {
        return Math.toIntExact(number(name, fallback));
    }

    /** A duration in seconds; fractions are allowed. */
    public Duration seconds(String name, double fallback) {
        String value = text(name, String.format(Locale.ROOT, "%s", fallback));
        return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
    }

    /** To be called after the last option was asked for. */
    public void refuseOthers() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("--" + name + " is not known; there are " + known);
            }
        }
    }
}
