package io.bedrockmeter.metering.report;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180). Stateless. */
final class Csv {
    private Csv() {}

    static void writeLine(Appendable out, List<String> cells) throws IOException {
        out.append(cells.stream().map(Csv::quoted).collect(Collectors.joining(",")));
        out.append("\r\n");
    }

    private static String quoted(String cell) {
        boolean isPlain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return isPlain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
