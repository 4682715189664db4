package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a book prices capacity that is paid by time. Stateless. */
final class CapacityCharging {
    private CapacityCharging() {}

    static Charge charge(
            PriceBook book,
            @Nullable ResolvedModel model,
            String region,
            CapacityTerms terms,
            long count,
            Instant at,
            boolean estimated) {
        Optional<Rate> sold = model == null ? Optional.empty() : rate(book, model, region, terms, at);
        // A rate that is no whole number of picodollars for a millionth would have to be rounded, so it is no price.
        Optional<Money> rate = sold.map(each -> each.perUnit().dividedExactly(CapacityTerms.MICROS));
        Money cost = rate.map(each -> each.times(count)).orElse(Money.ZERO);
        CostStatus status;
        if (sold.isEmpty()) {
            status = CostStatus.UNPRICED_MODEL;
        } else if (rate.isEmpty()) {
            status = CostStatus.UNPRICED_UNIT;
        } else if (estimated || sold.get().confidence() == Confidence.C) {
            status = CostStatus.ESTIMATED;
        } else {
            status = cost.isZero() ? CostStatus.FREE : CostStatus.PRICED;
        }
        ChargeLine line = new ChargeLine(terms.counted(), count, rate.orElse(null), cost, Money.ZERO);
        return new Charge(terms.mode(), status, cost, List.of(line), book.version());
    }

    private static Optional<Rate> rate(
            PriceBook book, ResolvedModel model, String region, CapacityTerms terms, Instant at) {
        return book.capacity(model, region, Map.of(terms.sold(), 1L), terms.attributes(), at).offers().stream()
                .filter(offer -> offer.tariff() == terms.tariff())
                .map(offer -> offer.lines().getFirst().price().rate())
                .findFirst();
    }
}
