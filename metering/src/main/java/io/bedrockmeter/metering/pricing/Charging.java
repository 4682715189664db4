package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a book turns usage into a charge. Immutable, thread-safe. */
final class Charging {
    private final PriceBook book;

    Charging(PriceBook book) {
        this.book = book;
    }

    Charge charge(
            PricedCall call, ServedMode served, @Nullable ResolvedModel model, Usage usage, boolean usageEstimated) {
        RateCard card = model == null ? null : book.card(model, call.region(), call.endpoint());
        var bill = new Bill(call, served.mode(), card, usage);
        try {
            usage.forEach(bill::add);
        } catch (ArithmeticException beyondMoney) {
            return withoutAmount(served.mode(), usage);
        }
        return new Charge(
                served.mode(), bill.status(usageEstimated || !served.proven()), bill.cost, bill.lines, book.version());
    }

    /** What no amount can say is no reason to lose the call: its counts are kept, and it stands out among all others. */
    private Charge withoutAmount(PricingMode mode, Usage usage) {
        List<ChargeLine> counts = new ArrayList<>();
        usage.forEach((unit, count) -> counts.add(new ChargeLine(unit, count, null, Money.ZERO, Money.ZERO)));
        return new Charge(mode, CostStatus.INCONSISTENT, Money.ZERO, counts, book.version());
    }

    /** The lines of one charge as they come together, and what was noticed on the way. */
    private final class Bill {
        private final String region;
        private final Instant at;
        private final PricingMode mode;
        private final Map<String, String> attributes;
        private final @Nullable RateCard card;
        private final ContextBand band;
        private final @Nullable Tariff tariff;
        private final @Nullable Tariff listTariff;
        private final List<ChargeLine> lines = new ArrayList<>(4);
        private Money cost = Money.ZERO;
        private boolean modelUnpriced;
        private boolean unitUnpriced;
        private boolean doubtful;
        private boolean free = true;

        Bill(PricedCall call, PricingMode mode, @Nullable RateCard card, Usage usage) {
            boolean fineTuned = PriceBook.isFineTuned(call.model());
            this.region = call.region();
            this.at = call.at();
            this.mode = mode;
            this.attributes = RateCard.attributes(usage.attributes(), call.endpoint());
            this.card = card;
            this.band = card == null ? ContextBand.BASE : card.band(usage.totalInputTokens());
            this.tariff = card == null ? null : card.tariff(mode, fineTuned, at);
            this.listTariff = card == null ? null : card.tariff(PricingMode.ON_DEMAND, fineTuned, at);
        }

        void add(UsageUnit unit, long count) {
            Price price = price(unit);
            Money baseline = baselineRate(unit, price).times(count);
            if (price == null) {
                noteUnpriced(unit);
                lines.add(new ChargeLine(unit, count, null, Money.ZERO, baseline));
                return;
            }
            Rate rate = price.rate();
            Money lineCost = rate.perUnit().times(count);
            doubtful |= rate.confidence() == Confidence.C;
            free &= rate.perUnit().isZero();
            cost = cost.plus(lineCost);
            lines.add(new ChargeLine(unit, count, rate.perUnit(), lineCost, baseline));
        }

        private @Nullable Price price(UsageUnit unit) {
            if (isBilledBesideTheModel(unit)) {
                RateCard beside = book.cardBesideModels(unit, region);
                return beside == null ? null : beside.price(Tariff.ON_DEMAND, ContextBand.BASE, unit, attributes, at);
            }
            return card == null || tariff == null ? null : card.price(tariff, band, unit, attributes, at);
        }

        private Money baselineRate(UsageUnit unit, @Nullable Price price) {
            Price list = price;
            if (!isBilledBesideTheModel(unit)) {
                UsageUnit uncached = switch (unit) {
                    case CACHE_READ, CACHE_WRITE_5M, CACHE_WRITE_30M, CACHE_WRITE_1H -> UsageUnit.INPUT;
                    default -> unit;
                };
                list = card == null || listTariff == null
                        ? null
                        : card.price(listTariff, band, uncached, attributes, at);
            }
            return list == null ? Money.ZERO : list.rate().perUnit();
        }

        private void noteUnpriced(UsageUnit unit) {
            if (isBilledBesideTheModel(unit)) {
                unitUnpriced = true;
            } else if (!mode.isPrepaid()) {
                boolean modelHasPrices = card != null && tariff != null && card.isInForce(tariff, at);
                modelUnpriced |= !modelHasPrices;
                unitUnpriced |= modelHasPrices;
            }
        }

        CostStatus status(boolean estimated) {
            if (modelUnpriced) {
                return CostStatus.UNPRICED_MODEL;
            }
            if (unitUnpriced) {
                return CostStatus.UNPRICED_UNIT;
            }
            if (mode.isPrepaid()) {
                return CostStatus.PREPAID;
            }
            boolean nothing = lines.isEmpty();
            if (doubtful || (estimated && (nothing || !free))) {
                return CostStatus.ESTIMATED;
            }
            return free ? CostStatus.FREE : CostStatus.PRICED;
        }

        private boolean isBilledBesideTheModel(UsageUnit unit) {
            return unit.isGuardrail() || unit == UsageUnit.WEB_SEARCH_QUERY;
        }
    }
}
