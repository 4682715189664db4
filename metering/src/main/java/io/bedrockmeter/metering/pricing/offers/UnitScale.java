package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Tariff;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/** How many units a printed price is for. A unit that is not known is an error, never a guess. Stateless. */
final class UnitScale {
    /** What a printed unit counts. */
    enum Kind {
        TOKENS,
        IMAGE,
        SECOND,
        HOUR,
        MONTH,
        OTHER,
        /** The word "Units", which tells nothing. */
        UNTOLD,
        UNKNOWN
    }

    private record Printed(Kind kind, int count) {}

    private static final Map<String, Printed> UNITS = Map.ofEntries(
            Map.entry("1k tokens", new Printed(Kind.TOKENS, 1_000)),
            Map.entry("1k", new Printed(Kind.TOKENS, 1_000)),
            Map.entry("1m tokens", new Printed(Kind.TOKENS, 1_000_000)),
            Map.entry("tokens", new Printed(Kind.TOKENS, 1)),
            Map.entry("image", new Printed(Kind.IMAGE, 1)),
            Map.entry("images", new Printed(Kind.IMAGE, 1)),
            Map.entry("images processed", new Printed(Kind.IMAGE, 1)),
            Map.entry("input images", new Printed(Kind.IMAGE, 1)),
            Map.entry("second", new Printed(Kind.SECOND, 1)),
            Map.entry("seconds", new Printed(Kind.SECOND, 1)),
            Map.entry("hour", new Printed(Kind.HOUR, 1)),
            Map.entry("hours", new Printed(Kind.HOUR, 1)),
            Map.entry("model/month", new Printed(Kind.MONTH, 1)),
            Map.entry("requests", new Printed(Kind.OTHER, 1)),
            Map.entry("1k requests", new Printed(Kind.OTHER, 1_000)),
            Map.entry("queries", new Printed(Kind.OTHER, 1)),
            Map.entry("search units", new Printed(Kind.OTHER, 1)),
            Map.entry("textunit", new Printed(Kind.OTHER, 1)),
            Map.entry("textunits", new Printed(Kind.OTHER, 1)),
            Map.entry("custom model unit per min", new Printed(Kind.OTHER, 1)),
            Map.entry("custom model unit per month", new Printed(Kind.MONTH, 1)),
            Map.entry("1ktpmhour", new Printed(Kind.OTHER, 1)),
            Map.entry("1m tpm hour", new Printed(Kind.OTHER, 1)),
            Map.entry("units", new Printed(Kind.UNTOLD, 1)));

    private UnitScale() {}

    static Kind kind(String printed) {
        return UNITS.getOrDefault(printed.toLowerCase(Locale.ROOT), new Printed(Kind.UNKNOWN, 0))
                .kind();
    }

    /**
     * How many of a unit the row's price is for.
     *
     * @throws IllegalArgumentException if its printed unit is not known, or is not one of this
     */
    static BigDecimal of(OfferRow row, PriceUnit unit, Tariff tariff) {
        Printed printed = UNITS.get(row.unit().toLowerCase(Locale.ROOT));
        if (printed == null) {
            throw new IllegalArgumentException("its unit is '" + row.unit() + "', which is not known");
        }
        boolean tokens = isTokens(unit) && tariff != Tariff.RESERVED_1_MONTH && tariff != Tariff.RESERVED_3_MONTHS;
        if (printed.kind() == Kind.UNTOLD) {
            if (!row.isMarketplace()) {
                throw new IllegalArgumentException("its unit is 'Units', which only the Marketplace's offer explains");
            }
            // For tokens a million of them; for images, searches and hours one (AWS Marketplace's rate cards).
            return BigDecimal.valueOf(tokens ? 1_000_000 : 1);
        }
        // "1M TPM Hour" is what one list prints for a thousand tokens a minute, at the price of a thousand.
        if (tokens != (printed.kind() == Kind.TOKENS)) {
            throw new IllegalArgumentException(
                    "its unit is '" + row.unit() + "', which is none of " + unit.label() + "s");
        }
        return BigDecimal.valueOf(printed.count());
    }

    private static boolean isTokens(PriceUnit unit) {
        return switch (unit) {
            case INPUT,
                    CACHE_READ,
                    CACHE_WRITE_5M,
                    CACHE_WRITE_30M,
                    CACHE_WRITE_1H,
                    OUTPUT,
                    SPEECH_INPUT,
                    SPEECH_OUTPUT,
                    TRAINING_TOKEN -> true;
            default -> false;
        };
    }
}
