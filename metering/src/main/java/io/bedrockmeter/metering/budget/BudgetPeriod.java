package io.bedrockmeter.metering.budget;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/** How long a budget lasts before it begins anew: by the calendar of its time zone. */
public enum BudgetPeriod {
    /** From midnight. */
    DAY,
    /** From Monday's midnight (ISO 8601). */
    WEEK,
    /** From the first of the month. */
    MONTH,
    /** For ever. */
    TOTAL;

    /** The period that an instant is in. A day of 23 or 25 hours is a day. */
    public Span around(Instant instant, ZoneId zone) {
        LocalDate day = instant.atZone(zone).toLocalDate();
        return switch (this) {
            case DAY -> span(day, day.plusDays(1), zone);
            case WEEK -> {
                LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield span(monday, monday.plusWeeks(1), zone);
            }
            case MONTH -> {
                LocalDate first = day.withDayOfMonth(1);
                yield span(first, first.plusMonths(1), zone);
            }
            case TOTAL -> Span.EVER;
        };
    }

    private static Span span(LocalDate from, LocalDate to, ZoneId zone) {
        return new Span(
                from.atStartOfDay(zone).toInstant().toEpochMilli(),
                to.atStartOfDay(zone).toInstant().toEpochMilli());
    }

    /**
     * A period of the calendar.
     *
     * @param startMillis its first millisecond since 1970
     * @param endMillis the first after it; {@link Long#MAX_VALUE} if it does not end
     */
    public record Span(long startMillis, long endMillis) {
        static final Span EVER = new Span(0, Long.MAX_VALUE);

        /** Whether it is over at a time. */
        boolean isOverAt(long millis) {
            return millis >= endMillis;
        }
    }
}
