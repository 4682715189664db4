package io.bedrockmeter.metering.report;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A share of list prices that AWS does not bill, by contract. Immutable.
 *
 * @param name what the operator calls it
 * @param team of calls of this team only; null for all
 * @param app of calls of this application only; null for all
 * @param model of calls billed as this model, or, with {@code *} at its end, as any whose id begins so; null for all
 * @param mode of calls served in this mode, by its label; null for all
 * @param from the first day in UTC, by the start of the call; null if it always was
 * @param until the day after the last; null while no end is known
 * @param basisPoints how much is not billed, in hundredths of a percent: 0 to 10,000
 */
public record Discount(
        String name,
        @Nullable String team,
        @Nullable String app,
        @Nullable String model,
        @Nullable String mode,
        @Nullable LocalDate from,
        @Nullable LocalDate until,
        int basisPoints) {
    /** All of a price. */
    static final int WHOLE = 10_000;

    public Discount {
        if (basisPoints < 0 || basisPoints > WHOLE) {
            throw new IllegalArgumentException(
                    "the discount " + name + " is of 0 to 100 %, not " + basisPoints + " hundredths");
        }
        if (from != null && until != null && !from.isBefore(until)) {
            throw new IllegalArgumentException(
                    "the discount " + name + " ends (" + until + ") after it begins (" + from + ")");
        }
    }

    /** Whether it is given for calls. */
    boolean isFor(Calls calls) {
        return (team == null || team.equals(calls.team()))
                && (app == null || app.equals(calls.app()))
                && (mode == null || mode.equals(calls.mode()))
                && isForModel(calls.model())
                && (from == null || !calls.day().isBefore(from))
                && (until == null || calls.day().isBefore(until));
    }

    private boolean isForModel(String billed) {
        if (model == null) {
            return true;
        }
        return model.endsWith("*") ? billed.startsWith(model.substring(0, model.length() - 1)) : billed.equals(model);
    }

    /** Calls as far as discounts tell them apart. */
    record Calls(String team, String app, String model, String mode, LocalDate day) {}
}
