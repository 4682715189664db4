package io.bedrockmeter.simulator.truth;

import java.util.LinkedHashMap;
import java.util.Map;

/** Tokens by what they are billed as; each token is in exactly one count. */
public record Counts(long input, long output, long cacheRead, long cacheWrite5m, long cacheWrite1h) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    public Counts {
        if (input < 0 || output < 0 || cacheRead < 0 || cacheWrite5m < 0 || cacheWrite1h < 0) {
            throw new IllegalArgumentException("a count is negative: input " + input + ", output " + output
                    + ", cacheRead " + cacheRead + ", cacheWrite5m " + cacheWrite5m + ", cacheWrite1h " + cacheWrite1h);
        }
    }

    public long cacheWrite() {
        return cacheWrite5m + cacheWrite1h;
    }

    public long totalInput() {
        return input + cacheRead + cacheWrite();
    }

    public long total() {
        return totalInput() + output;
    }

    public Counts withOutput(long newOutput) {
        return new Counts(input, newOutput, cacheRead, cacheWrite5m, cacheWrite1h);
    }

    /** The counts that are not zero, by the unit names of the truth log. */
    public Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("input", input);
        units.put("output", output);
        units.put("cache_read", cacheRead);
        units.put("cache_write_5m", cacheWrite5m);
        units.put("cache_write_1h", cacheWrite1h);
        units.values().removeIf(count -> count == 0);
        return units;
    }
}
