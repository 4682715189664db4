package io.bedrockmeter.metering.usage;

import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Counts of what was consumed, one per {@link UsageUnit}, and what narrows them down to a price, such as the quality of an
 * image. Non-negative, immutable, thread-safe.
 */
public final class Usage {
    /** Nothing consumed; a fact that was read, not the lack of one. */
    public static final Usage NONE = new Usage(new long[UsageUnit.values().length], Map.of());

    private static final UsageUnit[] UNITS = UsageUnit.values();

    private final long[] counts;
    private final Map<String, String> attributes;

    private Usage(long[] counts, Map<String, String> attributes) {
        this.counts = counts;
        this.attributes = attributes;
    }

    /** Usage of one unit. */
    public static Usage of(UsageUnit unit, long count) {
        return NONE.with(unit, count);
    }

    /** Usage of two units. */
    public static Usage of(UsageUnit unit, long count, UsageUnit other, long otherCount) {
        return NONE.with(unit, count).with(other, otherCount);
    }

    /**
     * The same usage with one count replaced.
     *
     * @throws IllegalArgumentException if the count is negative
     */
    @SuppressWarnings("EnumOrdinal") // the array is this class's own and is never stored by index
    public Usage with(UsageUnit unit, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(unit.label() + " cannot be negative: " + count);
        }
        long[] copy = counts.clone();
        copy[unit.ordinal()] = count;
        return new Usage(copy, attributes);
    }

    /** The same usage with its units narrowed down, instead of as they were. */
    public Usage withAttributes(Map<String, String> narrower) {
        return new Usage(counts, Map.copyOf(narrower));
    }

    /** This usage and another together, narrowed down as this is. Throws {@link ArithmeticException} if a count exceeds a {@code long}. */
    public Usage plus(Usage other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.addExact(sum[i], other.counts[i]);
        }
        return new Usage(sum, attributes);
    }

    /** How much of a unit was consumed. */
    @SuppressWarnings("EnumOrdinal") // as above
    public long count(UsageUnit unit) {
        return counts[unit.ordinal()];
    }

    /** What narrows its units down to a price, by the names of price books; mostly empty. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** All input tokens, cached or not: what decides the context band. */
    public long totalInputTokens() {
        return count(UsageUnit.INPUT)
                + count(UsageUnit.CACHE_READ)
                + count(UsageUnit.CACHE_WRITE_5M)
                + count(UsageUnit.CACHE_WRITE_30M)
                + count(UsageUnit.CACHE_WRITE_1H);
    }

    /** Whether every count is zero. */
    public boolean isEmpty() {
        for (long count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    /** Shows each unit that was consumed to a visitor, in the order of {@link UsageUnit}. */
    public void forEach(Visitor visitor) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                visitor.visit(UNITS[i], counts[i]);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Usage that && Arrays.equals(counts, that.counts) && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + attributes.hashCode();
    }

    /** The counts by label: {@code {input=41, output=12}}. */
    @Override
    public String toString() {
        StringJoiner joiner = new StringJoiner(", ", "{", "}");
        forEach((unit, count) -> joiner.add(unit.label() + "=" + count));
        return attributes.isEmpty() ? joiner.toString() : joiner + " of " + new TreeMap<>(attributes);
    }

    /** Receives the counts of {@link #forEach}. */
    @FunctionalInterface
    public interface Visitor {
        /** One unit and its count, never zero. */
        void visit(UsageUnit unit, long count);
    }
}
