package io.bedrockmeter.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under column names, padded to one width each. Control characters are shown as question marks. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final int numbersFrom;

    /**
     * A table without rows.
     *
     * @param columns the names of the columns
     * @param numbers how many columns hold numbers, which stand to the right; they are the last ones
     */
    TextTable(List<String> columns, int numbers) {
        this.numbersFrom = columns.size() - numbers;
        rows.add(List.copyOf(columns));
    }

    /** Adds a row, one cell for each column. */
    void row(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException("a row has " + cells.size() + " cells, the table "
                    + rows.get(0).size());
        }
        rows.add(cells.stream().map(cell -> cell.replaceAll("\\p{Cntrl}", "?")).toList());
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String padding = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? "" : "  ").append(column < numbersFrom ? cell + padding : padding + cell);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
