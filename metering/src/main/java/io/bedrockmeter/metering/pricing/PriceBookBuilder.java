package io.bedrockmeter.metering.pricing;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a book of the text of its files, and checks that they agree with one another. Stateless. */
final class PriceBookBuilder {
    /** What the catalogue says of entries that no caller can name: services billed beside models. */
    static final String NO_MODEL = "AWS";

    private PriceBookBuilder() {}

    /**
     * Makes a book.
     *
     * @throws IllegalArgumentException naming file, line, column, value and way out of the first thing that is wrong
     */
    static PriceBook build(String name, LocalDate date, Files files) {
        Map<String, PriceSource> sources = PriceFiles.sources(name + "/sources.tsv", files.sources());
        Map<String, PriceFiles.Model> models = PriceFiles.models(name + "/models.tsv", files.models());
        String priceFile = name + "/prices.tsv";
        List<PriceRow> rows = PriceFiles.prices(priceFile, files.prices(), sources);
        Map<String, List<Price>> byModel = new LinkedHashMap<>();
        var duplicates = new Duplicates(priceFile);
        for (PriceRow row : rows) {
            if (!models.containsKey(row.model())) {
                throw new IllegalArgumentException(priceFile + " line " + row.line() + ", column 'model', value '"
                        + row.model() + "': " + name + "/models.tsv does not list it; add a line there");
            }
            for (Price price : row.prices()) {
                duplicates.check(row.line(), price);
                byModel.computeIfAbsent(row.model(), model -> new ArrayList<>()).add(price);
            }
        }
        Map<String, ModelPrices> prices = new HashMap<>();
        byModel.forEach((model, list) -> prices.put(model, new ModelPrices(list, limits(models, model))));
        Set<String> modelIds = byModel.keySet().stream()
                .filter(model -> !NO_MODEL.equals(provider(models, model)))
                .collect(Collectors.toSet());
        String version = name + "-" + date + "-" + ContentHash.of(files.prices(), files.sources(), files.models());
        return new PriceBook(
                version,
                List.of(new PriceBook.Layer(
                        name, date.atStartOfDay(ZoneOffset.UTC).toInstant())),
                sources,
                new Catalogue(prices),
                modelIds,
                Map.of(),
                Map.of());
    }

    private static ModelLimits limits(Map<String, PriceFiles.Model> models, String id) {
        PriceFiles.Model model = models.get(id);
        return model == null ? ModelLimits.UNKNOWN : model.limits();
    }

    private static String provider(Map<String, PriceFiles.Model> models, String id) {
        PriceFiles.Model model = models.get(id);
        return model == null ? "" : model.provider();
    }

    /** The text of the three files of a book. */
    record Files(String prices, String sources, String models) {}

    /** Finds two prices for one thing at one time. The same figure twice is normal, since lists repeat it; two figures are not. */
    private static final class Duplicates {
        private final String file;
        private final Map<PriceKey, List<Seen>> seen = new HashMap<>();

        Duplicates(String file) {
            this.file = file;
        }

        void check(int line, Price price) {
            List<Seen> others = seen.computeIfAbsent(undated(price.key()), key -> new ArrayList<>(1));
            for (Seen other : others) {
                if (other.price().overlaps(price)
                        && !other.price().rate().perUnit().equals(price.rate().perUnit())) {
                    throw new IllegalArgumentException(file + " line " + line + ", column 'usd', value '"
                            + price.rate().perUnit().toUsdString() + "': line " + other.line() + " says "
                            + other.price().rate().perUnit().toUsdString() + " for the same thing in "
                            + price.key().region()
                            + "; remove one of them, or date them apart by 'from' and 'until'");
                }
            }
            others.add(new Seen(line, price));
        }

        private static PriceKey undated(PriceKey key) {
            return new PriceKey(
                    key.model(),
                    key.region(),
                    key.routing(),
                    key.tariff(),
                    key.unit(),
                    key.band(),
                    key.attributes(),
                    PriceKey.ALWAYS);
        }

        private record Seen(int line, Price price) {}
    }
}
