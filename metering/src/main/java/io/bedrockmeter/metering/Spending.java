package io.bedrockmeter.metering;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.Amounts;
import io.bedrockmeter.metering.budget.BudgetDecision;
import io.bedrockmeter.metering.budget.BudgetHold;
import io.bedrockmeter.metering.budget.BudgetedCall;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.budget.Spender;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostBound;
import java.util.function.UnaryOperator;

/**
 * Tells budgets what the ledger records, in their own terms. All that costs anything passes here once: calls by their holds, all
 * else by {@link #counted} and {@link #corrected}. Thread-safe.
 */
public final class Spending {
    private final Budgets budgets;
    private final UnaryOperator<String> labelOfKey;

    /**
     * Spending out of budgets.
     *
     * @param labelOfKey what the owner of a key calls it, by its id; empty if that is not known
     */
    public Spending(Budgets budgets, UnaryOperator<String> labelOfKey) {
        this.budgets = budgets;
        this.labelOfKey = labelOfKey;
    }

    /** Asks for money for a call. */
    BudgetDecision reserve(LedgerIntent intent, CostBound bound) {
        return budgets.reserve(new BudgetedCall(
                spender(intent.account(), intent.model(), intent.modeRequested()),
                intent.startedAt(),
                new Amounts(bound.most().picos(), bound.tokens()),
                bound.isPriced(),
                bound.limitsOutput()));
    }

    /**
     * Ends a call's hold with its entry.
     *
     * @return picodollars that are left, or -1, see {@link BudgetHold#settle}
     */
    long settle(BudgetHold hold, LedgerEntry entry) {
        return hold.settle(entry.intent().attemptId(), spender(entry), amounts(entry.charge()));
    }

    /** An entry was recorded that no call had reserved anything for: a job's, or of capacity that is paid by time. */
    public void counted(LedgerEntry entry) {
        budgets.charge(
                entry.intent().attemptId(), spender(entry), entry.intent().startedAt(), amounts(entry.charge()));
    }

    /** An entry was taken back, and another recorded in its place. */
    public void corrected(Correction correction) {
        LedgerEntry taken = correction.standing().entry();
        Amounts before = amounts(taken.charge());
        budgets.charge(
                correction.reversalId(),
                spender(taken),
                taken.intent().startedAt(),
                new Amounts(-before.picos(), -before.tokens()));
        counted(correction.replacement());
    }

    private Spender spender(LedgerEntry entry) {
        return spender(
                entry.intent().account(), entry.model(), entry.charge().mode().label());
    }

    private Spender spender(AccountId account, String model, String mode) {
        return new Spender(
                account.team(), account.app(), account.keyId(), labelOfKey.apply(account.keyId()), model, mode);
    }

    private static Amounts amounts(Charge charge) {
        long tokens = 0;
        for (ChargeLine line : charge.lines()) {
            if (line.unit().isToken()) {
                tokens += line.count();
            }
        }
        return new Amounts(charge.cost().picos(), tokens);
    }
}
