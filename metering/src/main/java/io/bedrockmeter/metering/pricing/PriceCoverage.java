package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Routing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How complete a book is: for each model, tariff and unit the regions that have a price, and those that lack one. Immutable.
 *
 * <p>A price is missing where the tariff sells the model in a region, by any unit, and sells the unit elsewhere but not there: a call
 * that uses it there is {@link CostStatus#UNPRICED_UNIT}. A tariff that sells a model nowhere lacks nothing.
 */
public final class PriceCoverage {
    private PriceCoverage() {}

    /**
     * The regions of one unit.
     *
     * @param model id in the catalogue
     * @param routing in region or geography, or global
     * @param tariff how it is sold
     * @param unit what one price buys, of any band and however narrowed down
     * @param priced regions with a price
     * @param doubtful those of them where the only price is of {@link Confidence#C}, so that calls are estimated
     * @param missing regions without
     */
    public record Line(
            String model,
            Routing routing,
            Tariff tariff,
            PriceUnit unit,
            SortedSet<String> priced,
            SortedSet<String> doubtful,
            SortedSet<String> missing) {}

    /** The coverage of all models of a book at an instant, in the order of model, routing, tariff and unit. */
    public static List<Line> of(PriceBook book, Instant at) {
        SortedSet<String> regions = regions(book);
        List<Line> lines = new ArrayList<>();
        new TreeSet<>(book.catalogueIds())
                .forEach(model -> lines.addAll(of(model, inForce(book.prices(model), at), regions)));
        return List.copyOf(lines);
    }

    private static List<Price> inForce(List<Price> prices, Instant at) {
        return prices.stream().filter(price -> price.holdsAt(at)).toList();
    }

    /** Every region that the book names. */
    private static SortedSet<String> regions(PriceBook book) {
        return book.catalogueIds().stream()
                .flatMap(model -> book.prices(model).stream())
                .map(price -> price.key().region())
                .filter(region -> region.breadth() == RegionScope.Breadth.REGION)
                .map(RegionScope::label)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Line> of(String model, List<Price> prices, SortedSet<String> regions) {
        List<Line> lines = new ArrayList<>();
        for (Routing routing : Routing.values()) {
            for (Tariff tariff : Tariff.values()) {
                Map<PriceUnit, SortedMap<String, Confidence>> sold = sold(prices, routing, tariff, regions);
                SortedSet<String> everywhere = sold.values().stream()
                        .flatMap(of -> of.keySet().stream())
                        .collect(Collectors.toCollection(TreeSet::new));
                sold.forEach((unit, of) -> lines.add(line(model, routing, tariff, unit, of, everywhere)));
            }
        }
        return lines;
    }

    /** The best confidence of each unit's price by region. */
    private static Map<PriceUnit, SortedMap<String, Confidence>> sold(
            List<Price> prices, Routing routing, Tariff tariff, SortedSet<String> regions) {
        Map<PriceUnit, SortedMap<String, Confidence>> sold = new EnumMap<>(PriceUnit.class);
        for (Price price : prices) {
            PriceKey key = price.key();
            if (key.routing() != routing || key.tariff() != tariff) {
                continue;
            }
            for (String region : regions) {
                if (key.region().covers(region)) {
                    sold.computeIfAbsent(key.unit(), unit -> new TreeMap<>())
                            .merge(region, price.rate().confidence(), PriceCoverage::better);
                }
            }
        }
        return sold;
    }

    private static Confidence better(Confidence one, Confidence other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Line line(
            String model,
            Routing routing,
            Tariff tariff,
            PriceUnit unit,
            SortedMap<String, Confidence> regions,
            SortedSet<String> everywhere) {
        SortedSet<String> priced = new TreeSet<>(regions.keySet());
        SortedSet<String> doubtful = new TreeSet<>(priced);
        doubtful.removeIf(region -> regions.get(region) != Confidence.C);
        SortedSet<String> missing = new TreeSet<>(everywhere);
        missing.removeAll(priced);
        return new Line(model, routing, tariff, unit, priced, doubtful, missing);
    }
}
