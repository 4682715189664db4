package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;

/**
 * An entry taken back, and another in its place, because something was learnt after it was recorded. Immutable.
 *
 * <p>It is recorded as two entries more: a <em>reversal</em>, the mirror image of what is corrected with every number negated,
 * and the <em>replacement</em>. So any sum over any grouping of all entries is right, and nothing is ever edited. Usage does
 * not change, nor who is charged, nor how sure the usage is: what changes is the model and the price.
 *
 * @param standing the entry that is corrected, as it stands now
 * @param reversalId attempt id of the reversal, a UUID of version 7
 * @param replacement what stands from now on; its intent has an attempt id of its own
 */
public record Correction(StandingEntry standing, String reversalId, LedgerEntry replacement) {
    public Correction {
        LedgerEntry corrected = standing.entry();
        LedgerIntent before = corrected.intent();
        LedgerIntent after = replacement.intent();
        if (!after.account().equals(before.account())
                || !after.startedAt().equals(before.startedAt())
                || !after.operation().equals(before.operation())
                || replacement.state() != corrected.state()) {
            throw new IllegalArgumentException(
                    "a correction is of the same call; " + replacement + " does not replace " + corrected);
        }
        if (after.attemptId().equals(before.attemptId())
                || reversalId.equals(before.attemptId())
                || reversalId.equals(after.attemptId())) {
            throw new IllegalArgumentException("each entry has an id of its own, not " + reversalId + " and "
                    + after.attemptId() + " where " + before.attemptId() + " is corrected");
        }
    }

    /** By how much the charge rises; negative where it falls. */
    public Money difference() {
        return replacement.charge().cost().minus(standing.entry().charge().cost());
    }
}
