package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Where measured figures go: a line each, {@code target TAB figure TAB value}, to a file that all rounds add to, and to people.
 *
 * @param file added to
 * @param target what is measured
 */
record Figures(Path file, String target) {
    void add(Figure figure, double value) {
        String line = String.format(Locale.ROOT, "%s\t%s\t%.3f%n", target, figure.key(), value);
        try {
            Files.writeString(file, line, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        System.out.printf(Locale.ROOT, "  %-24s %-46s %12.2f%n", target, figure.title(), value);
    }
}
