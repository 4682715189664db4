package io.bedrockmeter.proxy.cli;

import java.io.PrintWriter;

/**
 * Where a command prints.
 *
 * @param out for answers
 * @param err for complaints
 */
public record Console(PrintWriter out, PrintWriter err) {
    /** That of the process. */
    public static Console ofProcess() {
        return new Console(
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()));
    }
}
