package io.bedrockmeter.proxy.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as a person writes it: {@code 64KiB}, {@code 25MB}, {@code 25000000}. Immutable.
 *
 * @param bytes the number; not negative
 */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(?<number>[0-9]{1,19}) ?(?<unit>[A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.of(
            "", 1L,
            "B", 1L,
            "KB", 1_000L,
            "MB", 1_000_000L,
            "GB", 1_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30);

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    /** The size of so many times 1,024 bytes. */
    public static ByteSize ofKiB(long kib) {
        return new ByteSize(Math.multiplyExact(kib, 1L << 10));
    }

    /**
     * Reads a whole number of bytes with an optional unit: B, KB, MB, GB are powers of 1,000; KiB, MiB, GiB of 1,024.
     *
     * @throws IllegalArgumentException if the text is none, or is more than a {@code long} of bytes
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        Long unit = matcher.matches() ? UNITS.get(matcher.group("unit")) : null;
        if (unit == null) {
            throw new IllegalArgumentException("is not a size; write bytes or a unit: 25000000, 64KiB, 25MB");
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group("number")), unit));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("is more bytes than can be counted", e);
        }
    }

    /** The number as an {@code int}, for interfaces that take no more. */
    public int toIntBytes() {
        return Math.toIntExact(bytes);
    }

    /** The shortest exact form: {@code 64KiB}, {@code 25MB}, {@code 100}. */
    @Override
    public String toString() {
        for (String unit : new String[] {"GiB", "GB", "MiB", "MB", "KiB", "KB"}) {
            long size = UNITS.getOrDefault(unit, 1L);
            if (bytes > 0 && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
