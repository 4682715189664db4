package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The three text files of a price book, and what their fields mean. Stateless. */
final class PriceFiles {
    static final List<String> PRICE_COLUMNS = List.of(
            "model",
            "routing",
            "tariff",
            "band",
            "unit",
            "attributes",
            "usd",
            "regions",
            "endpoint",
            "from",
            "until",
            "listed",
            "confidence",
            "source",
            "notes");
    static final List<String> SOURCE_COLUMNS = List.of("source", "date", "title");
    static final List<String> MODEL_COLUMNS = List.of("model", "provider", "context_tokens", "output_tokens");
    private static final String NONE = "-";

    /** Before the number of the product, among the notes. */
    private static final String SKU = "sku:";

    private static final Map<String, Routing> ROUTINGS = byLabel(Routing.values(), Routing::label);
    private static final Map<String, Tariff> TARIFFS = byLabel(Tariff.values(), Tariff::label);
    private static final Map<String, ContextBand> BANDS = byLabel(ContextBand.values(), ContextBand::label);
    private static final Map<String, PriceUnit> UNITS = byLabel(PriceUnit.values(), PriceUnit::label);
    private static final Map<String, Confidence> CONFIDENCES = byLabel(Confidence.values(), Confidence::name);

    private PriceFiles() {}

    /** Reads the sources, by id. */
    static Map<String, PriceSource> sources(String name, String text) {
        Map<String, PriceSource> sources = new LinkedHashMap<>();
        for (TabFile.Line line : TabFile.parse(name, text, SOURCE_COLUMNS).lines()) {
            String id = line.text("source");
            var source = new PriceSource(id, line.value("date", PriceFiles::date), line.text("title"));
            if (sources.put(id, source) != null) {
                throw line.wrong("source", id, "it is listed twice; remove one of the lines");
            }
        }
        return sources;
    }

    /** Reads the models: who makes them, and their limits. */
    static Map<String, Model> models(String name, String text) {
        Map<String, Model> models = new LinkedHashMap<>();
        for (TabFile.Line line : TabFile.parse(name, text, MODEL_COLUMNS).lines()) {
            String id = line.text("model");
            var limits = new ModelLimits(
                    line.value("context_tokens", tokens(ModelLimits.UNKNOWN.contextTokens())),
                    line.value("output_tokens", tokens(ModelLimits.UNKNOWN.outputTokens())));
            if (models.put(id, new Model(line.text("provider"), limits)) != null) {
                throw line.wrong("model", id, "it is listed twice; remove one of the lines");
            }
        }
        return models;
    }

    /** Reads the prices; each must cite one of the sources. */
    static List<PriceRow> prices(String name, String text, Map<String, PriceSource> sources) {
        return TabFile.parse(name, text, PRICE_COLUMNS).lines().stream()
                .map(line -> price(line, sources))
                .toList();
    }

    private static PriceRow price(TabFile.Line line, Map<String, PriceSource> sources) {
        List<String> notes = line.value("notes", text -> text.equals(NONE) ? List.of() : list(text));
        Rate rate = new Rate(
                line.value("usd", PriceFiles::price),
                line.value("source", oneOf(sources)),
                line.value("confidence", oneOf(CONFIDENCES)),
                sku(notes));
        Instant from = line.value("from", day(PriceKey.ALWAYS));
        Instant until = line.value("until", day(Price.FOR_EVER));
        if (!from.isBefore(until)) {
            throw line.wrong("until", line.text("until"), "write a date after that of column 'from'");
        }
        return new PriceRow(
                line.number(),
                line.text("model"),
                line.value("routing", oneOf(ROUTINGS)),
                line.value("tariff", oneOf(TARIFFS)),
                line.value("band", oneOf(BANDS)),
                line.value("unit", oneOf(UNITS)),
                line.value("attributes", PriceFiles::attributes),
                line.value(
                        "regions",
                        regions ->
                                list(regions).stream().map(RegionScope::parse).toList()),
                line.value("endpoint", oneOf(Map.of("runtime", "runtime", "mantle", "mantle", "any", "any"))),
                from,
                until,
                line.text("listed"),
                rate,
                notes);
    }

    private static @Nullable String sku(List<String> notes) {
        for (String note : notes) {
            if (note.startsWith(SKU)) {
                return note.substring(SKU.length());
            }
        }
        return null;
    }

    private static Money price(String usd) {
        Money money = Money.parseUsd(usd);
        if (money.picos() < 0) {
            throw new IllegalArgumentException("a price cannot be negative; write 0 only where a zero is published");
        }
        return money;
    }

    private static List<String> list(String joined) {
        return Arrays.asList(joined.split(",", -1));
    }

    private static Map<String, String> attributes(String joined) {
        Map<String, String> attributes = new HashMap<>();
        if (joined.equals(NONE)) {
            return attributes;
        }
        for (String pair : joined.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1 || !pair.startsWith("=", equals)) {
                throw new IllegalArgumentException("write name=value pairs joined by ';', or - for none");
            }
            if (attributes.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("'" + pair.substring(0, equals) + "' is given twice");
            }
        }
        return attributes;
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("write a date such as 2026-11-22", e);
        }
    }

    private static Function<String, Instant> day(Instant none) {
        return text -> text.equals(NONE)
                ? none
                : date(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Function<String, Long> tokens(long none) {
        return text -> {
            if (text.equals(NONE)) {
                return none;
            }
            long tokens = Long.parseLong(text);
            if (tokens <= 0) {
                throw new IllegalArgumentException("write a positive number of tokens, or - where it is not known");
            }
            return tokens;
        };
    }

    private static <T> Function<String, T> oneOf(Map<String, T> known) {
        return text -> {
            T value = known.get(text);
            if (value == null) {
                throw new IllegalArgumentException(
                        "write one of " + known.keySet().stream().sorted().toList());
            }
            return value;
        };
    }

    private static <T> Map<String, T> byLabel(T[] values, Function<T, String> label) {
        return Arrays.stream(values).collect(Collectors.toUnmodifiableMap(label, Function.identity()));
    }

    /** A model of the catalogue. Immutable. */
    record Model(String provider, ModelLimits limits) {}
}
