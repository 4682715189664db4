package io.bedrockmeter.metering;

import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CapacityTerms;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recorded call as another model or another book prices it: of what is recorded all stays but model and money. Immutable.
 *
 * @param recorded the entry as it stands
 * @param model the model that it is priced as now
 * @param book by which
 * @param worstCase the most that the call could have cost, before it was made; without the limit of its output, which was not
 *     recorded
 * @param charge what it costs
 */
record Replacement(LedgerEntry recorded, ResolvedModel model, PriceBook book, Money worstCase, Charge charge) {
    static Replacement of(LedgerEntry recorded, ResolvedModel model, PriceBook book) {
        LedgerIntent intent = recorded.intent();
        if (recorded.calls() == 0) {
            Charge charge = capacity(recorded, model, book);
            return new Replacement(recorded, model, book, charge.cost(), charge);
        }
        PricedCall call = new PricedCall(
                ModelRef.parse(intent.modelRequested()),
                intent.region(),
                Endpoint.of(recorded.attributes()),
                WireFormat.CONVERSE_JSON,
                request(intent),
                intent.startedAt());
        Money worstCase = book.worstCase(call);
        return new Replacement(recorded, model, book, worstCase, charge(recorded, model, call, worstCase, book));
    }

    /** The entry that stands from now on, under an attempt id of its own. */
    LedgerEntry entry(String attemptId) {
        LedgerIntent before = recorded.intent();
        boolean isExact = recorded.state() == EntryState.EXACT || charge.cost().compareTo(worstCase) > 0;
        LedgerIntent after = new LedgerIntent(
                attemptId,
                before.startedAt(),
                before.account(),
                before.operation(),
                before.modelRequested(),
                model.id(),
                before.region(),
                model.routing().label(),
                before.modeRequested(),
                worstCase,
                book.version(),
                before.sdkInvocationId(),
                before.bytesIn());
        return new LedgerEntry(
                after,
                recorded.endedAt(),
                recorded.state(),
                recorded.reason(),
                charge,
                isExact ? charge.cost() : worstCase,
                recorded.upstreamRequestId(),
                recorded.httpStatus(),
                recorded.bytesOut(),
                recorded.attributes(),
                null);
    }

    private static Charge charge(
            LedgerEntry entry, ResolvedModel model, PricedCall call, Money worstCase, PriceBook book) {
        Charge before = entry.charge();
        if (entry.state() == EntryState.UNKNOWN_AFTER_CRASH) {
            return new Charge(before.mode(), CostStatus.ESTIMATED, worstCase, List.of(), book.version());
        }
        boolean isEstimated = entry.state() == EntryState.ESTIMATED || !isModeProven(entry);
        Charge charge = book.chargeAs(model, before.mode(), call, usage(entry), isEstimated);
        boolean usageIsDoubtful =
                before.status() == CostStatus.USAGE_MISSING || before.status() == CostStatus.INCONSISTENT;
        return usageIsDoubtful && charge.status() != CostStatus.PREPAID
                ? new Charge(charge.mode(), before.status(), charge.cost(), charge.lines(), charge.priceBook())
                : charge;
    }

    /** A share of capacity at the rate of the hour in which it was there, as uncertain as it was. */
    private static Charge capacity(LedgerEntry entry, ResolvedModel model, PriceBook book) {
        boolean isEstimated =
                entry.state() == EntryState.ESTIMATED || entry.reason().equals(CapacityBill.COMMITMENT_EXPIRED);
        return book.chargeCapacity(
                model,
                entry.intent().region(),
                CapacityTerms.of(entry.attributes()),
                entry.charge().lines().getFirst().count(),
                entry.intent().startedAt(),
                isEstimated);
    }

    /** What an entry says was consumed. */
    static Usage usage(LedgerEntry entry) {
        Usage usage = Usage.NONE;
        for (ChargeLine line : entry.charge().lines()) {
            usage = usage.with(line.unit(), line.count());
        }
        return usage.withAttributes(entry.attributes());
    }

    /** Converse always says which tier served; where another does not, the one asked for is only the likelier one. */
    private static boolean isModeProven(LedgerEntry entry) {
        return entry.intent().operation().startsWith("Converse")
                || switch (PricingMode.of(entry.intent().modeRequested())) {
                    case PRIORITY, FLEX, RESERVED -> false;
                    case ON_DEMAND, LATENCY_OPTIMIZED, BATCH, PROVISIONED, CUSTOM_IMPORT -> true;
                };
    }

    /** As much of the request as decides what it may cost at most; the limit of its output was not recorded. */
    private static RequestFacts request(LedgerIntent intent) {
        PricingMode asked = PricingMode.of(intent.modeRequested());
        @Nullable
        String tier = switch (asked) {
            case PRIORITY, FLEX, RESERVED -> asked.label();
            case ON_DEMAND, LATENCY_OPTIMIZED, BATCH, PROVISIONED, CUSTOM_IMPORT -> null;
        };
        return new RequestFacts(
                intent.bytesIn(), -1, tier, asked == PricingMode.LATENCY_OPTIMIZED ? "optimized" : null);
    }
}
