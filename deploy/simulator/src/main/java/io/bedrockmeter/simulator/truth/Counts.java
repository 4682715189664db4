package io.bedrockmeter.simulator.truth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Units by what they are billed as; each token is in exactly one count.
 *
 * @param input without cached tokens
 * @param others images, seconds, searches, guardrail units and the like, by the unit names of the truth log
 */
public record Counts(
        long input,
        long output,
        long cacheRead,
        long cacheWrite5m,
        long cacheWrite30m,
        long cacheWrite1h,
        Map<String, Long> others) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    public Counts {
        others = Collections.unmodifiableMap(new TreeMap<>(others));
        if (input < 0
                || output < 0
                || cacheRead < 0
                || cacheWrite5m < 0
                || cacheWrite30m < 0
                || cacheWrite1h < 0
                || others.values().stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("a count is negative: input " + input + ", output " + output
                    + ", cacheRead " + cacheRead + ", cacheWrite5m " + cacheWrite5m + ", cacheWrite30m " + cacheWrite30m
                    + ", cacheWrite1h " + cacheWrite1h + ", others " + others);
        }
    }

    /** Tokens only. */
    public Counts(long input, long output, long cacheRead, long cacheWrite5m, long cacheWrite1h) {
        this(input, output, cacheRead, cacheWrite5m, 0, cacheWrite1h, Map.of());
    }

    /** No tokens at all. */
    public static Counts ofOthers(Map<String, Long> others) {
        return NONE.withOthers(others);
    }

    public long cacheWrite() {
        return cacheWrite5m + cacheWrite30m + cacheWrite1h;
    }

    public long totalInput() {
        return input + cacheRead + cacheWrite();
    }

    public long total() {
        return totalInput() + output;
    }

    /** How many there are of a unit that is not a token. */
    public long other(String unit) {
        return others.getOrDefault(unit, 0L);
    }

    public Counts withOutput(long newOutput) {
        return new Counts(input, newOutput, cacheRead, cacheWrite5m, cacheWrite30m, cacheWrite1h, others);
    }

    /** The same counts with these of other units besides. */
    public Counts withOthers(Map<String, Long> more) {
        Map<String, Long> all = new TreeMap<>(others);
        more.forEach((unit, count) -> all.merge(unit, count, Long::sum));
        return new Counts(input, output, cacheRead, cacheWrite5m, cacheWrite30m, cacheWrite1h, all);
    }

    /** The counts that are not zero, by the unit names of the truth log. */
    public Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("input", input);
        units.put("output", output);
        units.put("cache_read", cacheRead);
        units.put("cache_write_5m", cacheWrite5m);
        units.put("cache_write_30m", cacheWrite30m);
        units.put("cache_write_1h", cacheWrite1h);
        units.putAll(others);
        units.values().removeIf(count -> count == 0);
        return units;
    }
}
