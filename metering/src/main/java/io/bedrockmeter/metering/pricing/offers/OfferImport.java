package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ContextBand;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Tariff;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of a price book of the price files of AWS. Confined to one thread.
 *
 * <p>Every row ends in one of two ways: as a price, or as a {@link Remark} that says why not. Nothing is derived from anything:
 * no price of batch from one on demand, none of one region from another. What the list prints is taken even where it looks like
 * a misprint, because it is what AWS bills by, and remarked on.
 */
public final class OfferImport {
    private static final int MONEY_SCALE = 12;

    private final OfferNames names = OfferNames.load();
    private final Map<ImportedPrice.Key, ImportedPrice> prices = new LinkedHashMap<>();
    private final Map<ImportedPrice.Key, String> sources = new LinkedHashMap<>();
    private final Set<ImportedPrice.Key> contested = new HashSet<>();
    private final Set<String> sourceLines = new TreeSet<>();
    private final Set<String> unknownNames = new TreeSet<>();
    private final List<Remark> remarks = new ArrayList<>();

    /** The ids that each known name stands for; names are in lower case, without anything but letters and digits. */
    public Map<String, List<String>> knownNames() {
        return names.all();
    }

    /** Takes what a file says. */
    public void add(OfferFile file) {
        String source = "aws-" + file.offer() + "-" + file.published();
        sourceLines.add(source + "\t" + file.published() + "\t"
                + (file.offer().equals(OfferRow.AGREEMENT)
                        ? "AWS Marketplace rate card of an agreement"
                        : "AWS Price List, offer " + file.offer() + ", version " + file.version()));
        remarks.addAll(file.leftOut());
        for (OfferRow row : file.rows()) {
            switch (UsageTypeGrammar.read(row)) {
                case Meaning.Inference inference -> take(row, inference, source);
                case Meaning.SomethingElse other ->
                    remark(Remark.Kind.OF_SOMETHING_ELSE, row, "no call through the proxy consumes it");
                case Meaning.Unclear unclear -> remark(Remark.Kind.NOT_UNDERSTOOD, row, unclear.why());
            }
        }
    }

    /** What came of all files. */
    public ImportedBook finish() {
        contested.forEach(prices::remove);
        Set<ImportedPrice.Key> implausible = new HashSet<>();
        prices.forEach((key, price) -> {
            String why = doubt(price);
            if (why != null) {
                implausible.add(key);
                remark(Remark.Kind.IMPLAUSIBLE, price.row(), why);
            }
        });
        List<String> lines = new ArrayList<>();
        Set<String> models = new TreeSet<>();
        prices.forEach((key, price) -> {
            models.add(key.model());
            lines.add(price.line(sources.getOrDefault(key, ""), implausible.contains(key)));
        });
        return new ImportedBook(lines, List.copyOf(sourceLines), models, unknownNames, remarks);
    }

    private void take(OfferRow row, Meaning.Inference meaning, String source) {
        List<String> models = meaning.isService() || row.offer().equals(OfferRow.AGREEMENT)
                ? List.of(meaning.name())
                : names.idsOf(meaning.name(), meaning.isMantle());
        if (models.isEmpty()) {
            unknownNames.add(meaning.name());
            remark(Remark.Kind.UNKNOWN_NAME, row, "'" + meaning.name() + "' is the name of no model that is known");
            return;
        }
        for (String model : models) {
            ContextBand band = band(model, meaning.isLong());
            if (band == null) {
                remark(Remark.Kind.NOT_UNDERSTOOD, row, "it is for long input, but how long it does not say");
                return;
            }
            try {
                put(price(row, meaning, model, band), source);
            } catch (IllegalArgumentException e) {
                remark(Remark.Kind.NOT_UNDERSTOOD, row, String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    private static ImportedPrice price(OfferRow row, Meaning.Inference meaning, String model, ContextBand band) {
        BigDecimal printed;
        try {
            printed = new BigDecimal(row.usd());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its price '" + row.usd() + "' is no number", e);
        }
        if (printed.signum() < 0) {
            throw new IllegalArgumentException("its price " + row.usd() + " is negative");
        }
        BigDecimal exact = printed.divide(
                UnitScale.of(row, meaning.unit(), meaning.tariff()), 2 * MONEY_SCALE, RoundingMode.HALF_UP);
        BigDecimal money = exact.setScale(MONEY_SCALE, RoundingMode.HALF_UP);
        return new ImportedPrice(
                new ImportedPrice.Key(
                        model,
                        meaning.routing(),
                        meaning.tariff(),
                        band,
                        meaning.unit(),
                        meaning.attributes(),
                        row.region(),
                        meaning.isMantle()),
                Money.parseUsd(money.stripTrailingZeros().toPlainString()),
                money.compareTo(exact) != 0,
                row);
    }

    /** The same price twice is normal, for lists repeat themselves; of two prices, neither is taken. */
    private void put(ImportedPrice price, String source) {
        ImportedPrice known = prices.putIfAbsent(price.key(), price);
        sources.putIfAbsent(price.key(), source);
        if (known != null && !known.perUnit().equals(price.perUnit())) {
            contested.add(price.key());
            remark(
                    Remark.Kind.CONFLICT,
                    price.row(),
                    "it says " + price.perUnit().toUsdString() + " for a "
                            + price.key().unit().label() + " of "
                            + price.key().model() + " in " + price.key().region() + ", and "
                            + known.row().label() + " says " + known.perUnit().toUsdString()
                            + "; put the right one into a book of your own");
        }
    }

    /** Which band long input means. The list does not say, and AWS's pages do (2026-10). */
    private static @Nullable ContextBand band(String model, boolean isLong) {
        if (!isLong) {
            return ContextBand.BASE;
        }
        if (model.startsWith("openai.")) {
            return ContextBand.LONG_GT_272K;
        }
        return model.startsWith("anthropic.") ? ContextBand.LONG_GT_200K : null;
    }

    /** What is out of proportion in a price, in a list that is known for exchanged digits; null if nothing. */
    private @Nullable String doubt(ImportedPrice price) {
        ImportedPrice.Key key = price.key();
        if (key.unit() == PriceUnit.CACHE_READ && isAbove(price, key.of(PriceUnit.INPUT))) {
            return "reading a cached token costs more than sending it";
        }
        if (key.tariff() == Tariff.BATCH && isAbove(price, key.by(Tariff.ON_DEMAND))) {
            return "it costs more in a batch than on demand";
        }
        if (key.tariff() == Tariff.FLEX && isAbove(price, key.by(Tariff.ON_DEMAND))) {
            return "it costs more in the flex tier than in the standard one";
        }
        ImportedPrice flex = key.tariff() == Tariff.BATCH ? prices.get(key.by(Tariff.FLEX)) : null;
        if (flex != null && !flex.perUnit().equals(price.perUnit())) {
            return "it costs " + price.perUnit().toUsdString() + " in a batch and "
                    + flex.perUnit().toUsdString() + " in the flex tier, which elsewhere cost the same";
        }
        return null;
    }

    private boolean isAbove(ImportedPrice price, ImportedPrice.Key other) {
        ImportedPrice bound = prices.get(other);
        return bound != null && price.perUnit().compareTo(bound.perUnit()) > 0;
    }

    private void remark(Remark.Kind kind, OfferRow row, String text) {
        remarks.add(new Remark(kind, row.label(), text));
    }
}
