package io.bedrockmeter.proxy.config;

import java.util.Comparator;

/**
 * One thing wrong with a configuration file: where, which key, what, and the way out. Immutable.
 *
 * @param file the file as the user named it
 * @param line line of the file, from 1; 0 if the problem is with the file as a whole
 * @param column column in the line, from 1; 0 likewise
 * @param key the full path of the key, such as {@code listen.port}; empty if the file could not be parsed
 * @param message what is wrong and what to do
 */
public record ConfigProblem(String file, int line, int column, String key, String message) {
    static final Comparator<ConfigProblem> BY_PLACE =
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column);

    /** As compilers print it: {@code file:line:column: key: message}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return key.isEmpty() ? place + ": " + message : place + ": " + key + ": " + message;
    }
}
