package io.bedrockmeter.proxy.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and durations on a command line. Stateless. */
final class Times {
    private static final Pattern DURATION = Pattern.compile("(?<number>[0-9]{1,6})(?<unit>[dhms])");

    private Times() {}

    /**
     * A duration such as {@code 30d}, {@code 12h}, {@code 15m} or {@code 0s}.
     *
     * @throws IllegalArgumentException if it is none; the message names it
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration; write 30d, 12h, 15m or 0s");
        }
        long number = Long.parseLong(matcher.group("number"));
        return switch (matcher.group("unit")) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /**
     * An instant: a duration from now, a UTC date, or a time such as {@code 2026-11-25T09:00:00Z}.
     *
     * @throws IllegalArgumentException if it is none; the message names it
     */
    static Instant instant(String text, Instant now) {
        if (DURATION.matcher(text).matches()) {
            return now.plus(duration(text));
        }
        try {
            return text.length() == "2026-11-25".length()
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time; write 30d, 2026-11-25 or 2026-11-25T09:00:00Z", e);
        }
    }
}
