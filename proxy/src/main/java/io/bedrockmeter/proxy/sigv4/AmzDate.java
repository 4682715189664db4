package io.bedrockmeter.proxy.sigv4;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Timestamps of SigV4, {@code 20261125T113500Z}. The last one is kept: a busy proxy asks for the same second often. */
public final class AmzDate {
    /** What {@link #epochSecond} says of a text that is no timestamp. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int LENGTH = 16;
    private static final int NO_NUMBER = -1;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int HOURS_PER_DAY = 24;

    private static volatile @Nullable Second last;

    private AmzDate() {}

    /** The timestamp of an instant, to the second. */
    public static String format(Instant instant) {
        Second known = last;
        if (known != null && known.epochSecond() == instant.getEpochSecond()) {
            return known.text();
        }
        Second made = new Second(instant.getEpochSecond(), FORMAT.format(instant));
        last = made;
        return made.text();
    }

    /** The second that a timestamp names; {@link #NO_TIME} if it is none, or names one that the calendar does not have. */
    public static long epochSecond(String timestamp) {
        Second known = last;
        if (known != null && known.text().equals(timestamp)) {
            return known.epochSecond();
        }
        if (timestamp.length() != LENGTH || timestamp.charAt(8) != 'T' || timestamp.charAt(15) != 'Z') {
            return NO_TIME;
        }
        int year = number(timestamp, 0, 4);
        int month = number(timestamp, 4, 6);
        int day = number(timestamp, 6, 8);
        int hour = number(timestamp, 9, 11);
        int minute = number(timestamp, 11, 13);
        int second = number(timestamp, 13, 15);
        boolean isDate = year >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth();
        boolean isTime = isBelow(hour, HOURS_PER_DAY)
                && isBelow(minute, MINUTES_PER_HOUR)
                && isBelow(second, SECONDS_PER_MINUTE);
        if (!isDate || !isTime) {
            return NO_TIME;
        }
        long hours = LocalDate.of(year, month, day).toEpochDay() * HOURS_PER_DAY + hour;
        return (hours * MINUTES_PER_HOUR + minute) * SECONDS_PER_MINUTE + second;
    }

    /** The day of a timestamp, {@code 20261125}. */
    public static String day(String timestamp) {
        return timestamp.substring(0, 8);
    }

    private static boolean isBelow(int number, int bound) {
        return number != NO_NUMBER && number < bound;
    }

    /** A number of ASCII digits, and no others: the platform's own parsers take those of every script. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return NO_NUMBER;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private record Second(long epochSecond, String text) {}
}
