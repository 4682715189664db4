package io.bedrockmeter.metering.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the ledger. Immutable.
 *
 * @param from calls that started at this moment or later; null for all
 * @param to calls that started before this moment; null for all
 * @param groupBy one row for each combination of these, in this order; empty for one row of everything
 */
public record UsageQuery(@Nullable Instant from, @Nullable Instant to, List<Dimension> groupBy) {
    public UsageQuery {
        groupBy = List.copyOf(groupBy);
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("a report ends after it begins, not from " + from + " to " + to);
        }
        if (!groupBy.isEmpty() && EnumSet.copyOf(groupBy).size() < groupBy.size()) {
            throw new IllegalArgumentException("a report is grouped by each thing once, not by " + groupBy);
        }
    }

    /** Everything that was recorded, grouped. */
    public static UsageQuery by(Dimension... dimensions) {
        return new UsageQuery(null, null, List.of(dimensions));
    }

    /**
     * Reads a query as people and programs write it.
     *
     * @param from see {@link #parseBound}; empty for all
     * @param to likewise
     * @param groupBy labels of dimensions, joined by commas; empty for one row of everything
     * @throws IllegalArgumentException if one of them makes no sense; the message names it and the way out
     */
    public static UsageQuery parse(Optional<String> from, Optional<String> to, String groupBy) {
        List<Dimension> dimensions = groupBy.isBlank()
                ? List.of()
                : Arrays.stream(groupBy.split(",", -1))
                        .map(label -> Dimension.of(label.strip()))
                        .toList();
        return new UsageQuery(
                from.map(UsageQuery::parseBound).orElse(null),
                to.map(UsageQuery::parseBound).orElse(null),
                dimensions);
    }

    /** Whether there is one row for each usage unit, with its count. */
    public boolean isByType() {
        return groupBy.contains(Dimension.TYPE);
    }

    /**
     * Reads a bound as people write it: a date, which is the beginning of that day in UTC, or a moment such as {@code
     * 2026-11-25T12:00:00Z}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Instant parseBound(String text) {
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no date such as 2026-11-25 and no moment such as 2026-11-25T12:00:00Z", e);
        }
    }
}
