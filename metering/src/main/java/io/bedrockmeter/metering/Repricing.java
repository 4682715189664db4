package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Prices recorded calls anew, once it is known which model their identifier stands for. Thread-safe; does not wait.
 *
 * <p>All it needs is in the record, so it does not matter which process made that. The prices are those in force when the
 * call was made, as the book of today has them.
 */
public final class Repricing {
    private final Ledger ledger;
    private final Supplier<PriceBook> prices;
    private final MeterPublisher meters;
    private final Supplier<String> attemptIds;

    /**
     * Repricing over a ledger.
     *
     * @param ledger where calls were recorded
     * @param prices the price book in force, which knows what was learnt
     * @param meters what is told of each correction
     * @param attemptIds makes an id for each entry
     */
    public Repricing(Ledger ledger, Supplier<PriceBook> prices, MeterPublisher meters, Supplier<String> attemptIds) {
        this.ledger = ledger;
        this.prices = prices;
        this.meters = meters;
        this.attemptIds = attemptIds;
    }

    /**
     * Corrects a call, if the model is known now.
     *
     * @return completes on the ledger's thread once the correction is durable and the meters show it: false if it is still
     *     not known which model it was, or the correction had been made before; exceptionally as {@link
     *     Ledger#recordCorrection} does
     */
    public CompletionStage<Boolean> reprice(StandingEntry standing) {
        PriceBook book = prices.get();
        ModelRef named = ModelRef.parse(standing.entry().intent().modelRequested());
        Optional<ResolvedModel> model = book.resolve(named, Served.SILENT);
        if (model.isEmpty()) {
            return CompletableFuture.completedStage(false);
        }
        String reversalId = attemptIds.get();
        LedgerEntry replacement = replacement(standing.entry(), named, model.get(), book);
        Correction correction = new Correction(standing, reversalId, replacement);
        return ledger.recordCorrection(correction).thenApply(isNew -> {
            if (isNew) {
                meters.publishCorrection(correction);
            }
            return isNew;
        });
    }

    private LedgerEntry replacement(LedgerEntry entry, ModelRef named, ResolvedModel model, PriceBook book) {
        LedgerIntent before = entry.intent();
        PricedCall call =
                PricedCall.of(named, before.region(), before.startedAt()).with(request(before));
        Money worstCase = book.worstCase(call);
        Charge charge = charge(entry, call, worstCase, book);
        boolean isExact = entry.state() == EntryState.EXACT || charge.cost().compareTo(worstCase) > 0;
        LedgerIntent after = new LedgerIntent(
                attemptIds.get(),
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
                entry.endedAt(),
                entry.state(),
                entry.reason(),
                charge,
                isExact ? charge.cost() : worstCase,
                entry.upstreamRequestId(),
                entry.httpStatus(),
                entry.bytesOut(),
                entry.attributes(),
                null);
    }

    private static Charge charge(LedgerEntry entry, PricedCall call, Money worstCase, PriceBook book) {
        Charge before = entry.charge();
        if (entry.state() == EntryState.UNKNOWN_AFTER_CRASH) {
            return new Charge(before.mode(), CostStatus.ESTIMATED, worstCase, List.of(), book.version());
        }
        boolean isEstimated = entry.state() == EntryState.ESTIMATED || !isModeProven(entry);
        Charge charge = book.chargeIn(before.mode(), call, usage(entry), isEstimated);
        boolean usageIsDoubtful =
                before.status() == CostStatus.USAGE_MISSING || before.status() == CostStatus.INCONSISTENT;
        return usageIsDoubtful && charge.status() != CostStatus.PREPAID
                ? new Charge(charge.mode(), before.status(), charge.cost(), charge.lines(), charge.priceBook())
                : charge;
    }

    private static Usage usage(LedgerEntry entry) {
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
