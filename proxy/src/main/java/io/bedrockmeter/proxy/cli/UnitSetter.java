package io.bedrockmeter.proxy.cli;

import java.util.Map;
import picocli.CommandLine.Model.ISetter;

/**
 * Keeps the count of one unit; picocli sets null before it parses.
 *
 * @param counts where
 * @param unit of what
 */
record UnitSetter<U>(Map<U, Long> counts, U unit) implements ISetter {
    @Override
    public <T> T set(T count) {
        if (count instanceof Long number) {
            counts.put(unit, number);
        } else {
            counts.remove(unit);
        }
        return count;
    }
}
