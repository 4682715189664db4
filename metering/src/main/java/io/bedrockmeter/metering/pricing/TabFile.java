package io.bedrockmeter.metering.pricing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A text file of tab-separated fields under a line of column names; empty lines and lines that start with {@code #} are
 * comments. Immutable. Whatever is wrong in it is reported with file, line, column and value.
 */
final class TabFile {
    private final List<Line> lines;

    private TabFile(List<Line> lines) {
        this.lines = lines;
    }

    /**
     * Reads a file.
     *
     * @param name what to call it in errors
     * @param columns the names that its first line must hold, in order
     * @throws IllegalArgumentException if the column line differs, or a line has another number of fields
     */
    static TabFile parse(String name, String text, List<String> columns) {
        List<Line> lines = new ArrayList<>();
        boolean headed = false;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> fields = Arrays.asList(line.split("\t", -1));
            if (!headed) {
                if (!fields.equals(columns)) {
                    throw new IllegalArgumentException(name + " line " + number + ": the columns are " + fields
                            + "; write exactly " + columns + ", separated by tabs");
                }
                headed = true;
                continue;
            }
            if (fields.size() != columns.size()) {
                throw new IllegalArgumentException(name + " line " + number + ": " + fields.size() + " fields where "
                        + columns.size() + " are needed; separate " + columns + " by one tab each");
            }
            lines.add(new Line(name, number, columns, fields));
        }
        if (!headed) {
            throw new IllegalArgumentException(
                    name + " is empty; its first line that is no comment must be the columns " + columns);
        }
        return new TabFile(List.copyOf(lines));
    }

    /** The lines below the column names. */
    List<Line> lines() {
        return lines;
    }

    /** One line of fields. */
    record Line(String file, int number, List<String> columns, List<String> fields) {
        /** The field of a column, as it is written; never empty. */
        String text(String column) {
            String value = fields.get(columns.indexOf(column));
            if (value.isBlank() || !value.equals(value.strip())) {
                throw wrong(column, value, "write a value without spaces around it, or - for none");
            }
            return value;
        }

        /** The field of a column, read by a parser that throws {@link RuntimeException} on what it does not understand. */
        <T> T value(String column, Function<String, T> parser) {
            String text = text(column);
            try {
                return parser.apply(text);
            } catch (RuntimeException e) {
                IllegalArgumentException wrong = wrong(column, text, String.valueOf(e.getMessage()));
                wrong.initCause(e);
                throw wrong;
            }
        }

        /** The error that a field is wrong, with the way out. */
        IllegalArgumentException wrong(String column, String value, String wayOut) {
            return new IllegalArgumentException(
                    file + " line " + number + ", column '" + column + "', value '" + value + "': " + wayOut);
        }
    }
}
