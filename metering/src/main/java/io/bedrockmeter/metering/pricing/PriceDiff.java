package io.bedrockmeter.metering.pricing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one book says otherwise than another. Stateless. */
public final class PriceDiff {
    /** Hundredths of a percent. */
    private static final BigInteger WHOLE = BigInteger.valueOf(10_000);

    private static final Comparator<Change> ORDER = Comparator.comparing(
                    (Change change) -> change.key().model())
            .thenComparing(change -> change.key().tariff())
            .thenComparing(change -> change.key().unit())
            .thenComparing(change -> change.key().band())
            .thenComparing(change -> change.key().routing())
            .thenComparing(change -> change.key().region().label())
            .thenComparing(change -> change.key().attributes().toString());

    private PriceDiff() {}

    /**
     * A price that is not the same in both books.
     *
     * @param key what it is for
     * @param before null where there was none
     * @param after null where there is none any more
     */
    public record Change(
            PriceKey key, @Nullable Price before, @Nullable Price after) {
        /** How many per cent the new price is above the old one; empty where one of them is missing, or the old one zero. */
        public Optional<BigDecimal> percent() {
            if (before == null || after == null || before.rate().perUnit().isZero()) {
                return Optional.empty();
            }
            BigDecimal old = before.rate().perUnit().toBigDecimal();
            BigDecimal difference = after.rate().perUnit().toBigDecimal().subtract(old);
            return Optional.of(difference.movePointRight(2).divide(old, 1, RoundingMode.HALF_EVEN));
        }

        /**
         * Whether it is so large that somebody should look at it: up or down by more than a share of the old price, away from a
         * published zero, or gone. A price for what had none is no change of a price.
         *
         * @param basisPoints the share in hundredths of a percent; not negative
         */
        public boolean exceeds(int basisPoints) {
            if (before == null) {
                return false;
            }
            if (after == null || before.rate().perUnit().isZero()) {
                return true;
            }
            BigInteger old = BigInteger.valueOf(before.rate().perUnit().picos());
            BigInteger now = BigInteger.valueOf(after.rate().perUnit().picos());
            return now.subtract(old).abs().multiply(WHOLE).compareTo(old.multiply(BigInteger.valueOf(basisPoints))) > 0;
        }
    }

    /**
     * The differences between the prices that decide at an instant, in the order of models.
     *
     * <p>A price for a region replaces the one for its partition, so that it counts as a change of that and not as a new one.
     */
    public static List<Change> between(PriceBook before, PriceBook after, Instant at) {
        Set<String> models = new TreeSet<>(before.catalogueIds());
        models.addAll(after.catalogueIds());
        List<Change> changes = new ArrayList<>();
        for (String model : models) {
            var old = new Deciding(before.prices(model), at);
            var now = new Deciding(after.prices(model), at);
            Set<PriceKey> keys = new LinkedHashSet<>(old.prices.keySet());
            keys.addAll(now.prices.keySet());
            for (PriceKey key : keys) {
                Price was = old.of(key);
                Price is = now.of(key);
                if (rate(was) != rate(is)) {
                    changes.add(new Change(key, was, is));
                }
            }
        }
        changes.sort(ORDER);
        return changes;
    }

    private static long rate(@Nullable Price price) {
        return price == null ? -1 : price.rate().perUnit().picos();
    }

    /** The prices of one model that decide at an instant. */
    private static final class Deciding {
        private final Map<PriceKey, Price> prices = new HashMap<>();

        Deciding(List<Price> all, Instant at) {
            all.stream()
                    .filter(price -> price.holdsAt(at))
                    .sorted(RateCard.PREFERENCE)
                    .forEach(price -> prices.putIfAbsent(undated(price.key()), price));
        }

        @Nullable
        Price of(PriceKey key) {
            Price exact = prices.get(key);
            return exact != null ? exact : covering(key);
        }

        private @Nullable Price covering(PriceKey key) {
            if (key.region().breadth() != RegionScope.Breadth.REGION) {
                return null;
            }
            return prices.entrySet().stream()
                    .filter(entry -> entry.getKey().region().covers(key.region().label())
                            && undated(entry.getKey(), key.region()).equals(key))
                    .map(Map.Entry::getValue)
                    .min(RateCard.PREFERENCE)
                    .orElse(null);
        }

        private static PriceKey undated(PriceKey key) {
            return undated(key, key.region());
        }

        private static PriceKey undated(PriceKey key, RegionScope region) {
            return new PriceKey(
                    key.model(),
                    region,
                    key.routing(),
                    key.tariff(),
                    key.unit(),
                    key.band(),
                    key.attributes(),
                    PriceKey.ALWAYS);
        }
    }
}
