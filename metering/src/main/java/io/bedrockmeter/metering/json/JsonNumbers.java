package io.bedrockmeter.metering.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Counts as they are written in JSON and in headers: {@code 12}, {@code 28.0}, {@code 1.2e3}, {@code " 12"}. */
public final class JsonNumbers {
    /** More of anything than one call can consume; beyond it a count is taken for a fault. */
    public static final long MAX = 1_000_000_000L;

    /** What {@link #parse} answers for text that is no plausible count. */
    public static final long IMPLAUSIBLE = -1;

    /** Longest text that can be a count; the exact sum of a float's digits is shorter. */
    static final int TEXT_MAX = 64;

    private JsonNumbers() {}

    /** The count that a text says, rounded half up, or {@link #IMPLAUSIBLE}. */
    public static long parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return parse(bytes, bytes.length);
    }

    static long parse(byte[] text, int length) {
        if (length == 0 || length > TEXT_MAX) {
            return IMPLAUSIBLE;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return parseDecimal(new String(text, 0, length, StandardCharsets.ISO_8859_1));
            }
            value = Math.min(value * 10 + digit, MAX + 1);
        }
        return value <= MAX ? value : IMPLAUSIBLE;
    }

    private static long parseDecimal(String text) {
        try {
            BigDecimal value = new BigDecimal(text.strip());
            // Magnitude first: writing 1e999999999 out would take a gigabyte.
            long magnitude = (long) value.precision() - value.scale();
            if (value.signum() < 0 || magnitude > 10) {
                return IMPLAUSIBLE;
            }
            if (value.signum() == 0 || magnitude < 0) {
                return 0;
            }
            long rounded = value.setScale(0, RoundingMode.HALF_UP).longValueExact();
            return rounded <= MAX ? rounded : IMPLAUSIBLE;
        } catch (NumberFormatException notANumber) {
            return IMPLAUSIBLE;
        }
    }
}
