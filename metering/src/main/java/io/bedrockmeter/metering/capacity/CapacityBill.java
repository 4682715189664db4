package io.bedrockmeter.metering.capacity;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.CapacityUse;
import io.bedrockmeter.metering.ledger.CapacityWindow;
import io.bedrockmeter.metering.ledger.EntryIds;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CapacityTerms;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a capacity costs, window by window, at the prices of the moment when each began: an entry for each application that used it and
 * one for what nobody used. The counts are millionths of what is sold, so that they add up to it, and the rate of a millionth is a
 * whole number of picodollars, so that money is never rounded. Immutable.
 *
 * @param arn the capacity
 * @param operation of its entries
 * @param units model units, or custom model units of all copies; positive
 * @param model what is billed; null where nobody has told
 * @param region where
 * @param terms how it was bought
 * @param reason why it is not exact, or how it stands
 * @param certainty what is known of it
 * @param idleTeam who is charged for what nobody used
 * @param throughput what it can serve; null if nobody has said
 * @param prices the book that prices it
 */
public record CapacityBill(
        String arn,
        String operation,
        long units,
        @Nullable ResolvedModel model,
        String region,
        CapacityTerms terms,
        String reason,
        Certainty certainty,
        String idleTeam,
        @Nullable Throughput throughput,
        PriceBook prices) {
    /** The team that is charged for what nobody used, unless somebody else is said to be. */
    public static final String UNALLOCATED = "unallocated";

    /** The application of shares that nobody used. */
    public static final String IDLE = "idle";

    /** The reason of hours after a commitment, whose rate nobody has told. */
    public static final String COMMITMENT_EXPIRED = "commitment_expired";

    /** The reason of windows of an imported model whose number of copies nobody has told. */
    public static final String COPIES_ASSUMED = "copies_assumed";

    private static final String COMPLETE = "complete";

    /** Shares are of all keys of an application. */
    private static final String NO_KEY = "-";

    /** How well it is known how much there was and what it costs. */
    public enum Certainty {
        /** Both. */
        KNOWN,
        /** How much, but not by which rate it is charged. */
        RATE_GUESSED,
        /** The rate, but not how much. */
        COUNT_GUESSED
    }

    /**
     * The bill of an hour of provisioned throughput.
     *
     * @param hour when it began: past the end of a commitment, its rate is a guess
     * @param idleTeam who is charged for what nobody used
     * @param throughput what all its units together can serve; null if nobody has said
     */
    public static CapacityBill provisioned(
            Holding holding, Instant hour, String idleTeam, @Nullable Throughput throughput, PriceBook prices) {
        Holding.Terms bought = holding.terms();
        boolean isExpired = bought.expiresAt() != null && !hour.isBefore(bought.expiresAt());
        return new CapacityBill(
                holding.arn(),
                CapacityWindow.PROVISIONED,
                bought.units(),
                model(holding, prices),
                bought.region(),
                CapacityTerms.provisioned(bought.commitment(), bought.fineTuned()),
                isExpired ? COMMITMENT_EXPIRED : COMPLETE,
                isExpired ? Certainty.RATE_GUESSED : Certainty.KNOWN,
                idleTeam,
                throughput,
                prices);
    }

    /**
     * The bill of an imported model.
     *
     * @param units custom model units of all copies
     * @param isCounted whether the number of copies is known
     */
    public static CapacityBill imported(
            String arn, long units, boolean isCounted, String region, CapacityTerms terms, PriceBook prices) {
        return new CapacityBill(
                arn,
                CapacityWindow.IMPORTED,
                units,
                new ResolvedModel(CapacityTerms.IMPORTED, Routing.IN_REGION_OR_GEO),
                region,
                terms,
                isCounted ? COMPLETE : COPIES_ASSUMED,
                isCounted ? Certainty.KNOWN : Certainty.COUNT_GUESSED,
                UNALLOCATED,
                null,
                prices);
    }

    /** What an operator says is behind it goes first, then what Bedrock said of it, as with calls. */
    private static @Nullable ResolvedModel model(Holding holding, PriceBook prices) {
        return prices.resolve(ModelRef.parse(holding.arn()), Served.SILENT)
                .or(() -> prices.resolve(ModelRef.parse(holding.terms().model()), Served.SILENT))
                .orElse(null);
    }

    /**
     * What it costs within a window.
     *
     * @param startedAt when that began
     * @param length how long it was: an hour, or five minutes
     * @param uses what each application used of it
     */
    public CapacityWindow window(Instant startedAt, Duration length, List<CapacityUse> uses) {
        long whole = Math.multiplyExact(units, Math.multiplyExact(CapacityTerms.MICROS, soldIn(length)));
        Shares shares = Shares.of(whole, uses, throughput, length.toMinutes());
        List<LedgerEntry> entries = new ArrayList<>();
        for (Shares.Share share : shares.used()) {
            String id = EntryIds.of(startedAt, arn, startedAt.toString(), "used", share.team(), share.app());
            entries.add(entry(id, new AccountId(share.team(), share.app(), NO_KEY), share.count(), startedAt, length));
        }
        if (shares.idle() > 0) {
            String id = EntryIds.of(startedAt, arn, startedAt.toString(), "idle");
            entries.add(entry(
                    id, new AccountId(idleTeam, IDLE, CapacityWindow.IDLE_KEY), shares.idle(), startedAt, length));
        }
        return new CapacityWindow(arn, startedAt, entries);
    }

    /** What all units cost for each of what is sold, an hour or a minute; null if the book has no price. */
    public @Nullable Money perSold(Instant at) {
        long whole = Math.multiplyExact(units, CapacityTerms.MICROS);
        Charge charge = prices.chargeCapacity(model, region, terms, whole, at, false);
        return charge.lines().getFirst().rate() == null ? null : charge.cost();
    }

    /** How many of what is sold one unit is within a window. */
    private long soldIn(Duration length) {
        return switch (terms.mode()) {
            case PROVISIONED -> length.toHours();
            case CUSTOM_IMPORT -> length.toMinutes();
            case ON_DEMAND, PRIORITY, FLEX, RESERVED, LATENCY_OPTIMIZED, BATCH ->
                throw new IllegalArgumentException("calls are paid for in mode " + terms.mode() + ", not time");
        };
    }

    private LedgerEntry entry(String id, AccountId account, long count, Instant startedAt, Duration length) {
        Charge charge = prices.chargeCapacity(model, region, terms, count, startedAt, certainty != Certainty.KNOWN);
        LedgerIntent intent = new LedgerIntent(
                id,
                startedAt,
                account,
                operation,
                arn,
                model == null ? arn : model.id(),
                region,
                (model == null ? Routing.IN_REGION_OR_GEO : model.routing()).label(),
                terms.mode().label(),
                charge.cost(),
                prices.version(),
                null,
                0);
        return new LedgerEntry(
                        intent,
                        startedAt.plus(length),
                        certainty == Certainty.COUNT_GUESSED ? EntryState.ESTIMATED : EntryState.EXACT,
                        reason,
                        charge,
                        charge.cost(),
                        null,
                        0,
                        0)
                .withAttributes(terms.told());
    }
}
