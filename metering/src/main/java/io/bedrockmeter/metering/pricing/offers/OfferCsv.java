package io.bedrockmeter.metering.pricing.offers;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/**
 * An offer file of the Price List in CSV: five lines of what it is, a line of column names, one line for each price.
 * Stateless.
 */
final class OfferCsv {
    /** The columns whose names are not those of the attributes in JSON. */
    private static final Map<String, String> ATTRIBUTES = Map.of(
            "usagetype",
            "usagetype",
            "regioncode",
            "regionCode",
            "servicename",
            "servicename",
            "titanmodel",
            "titanModel",
            "inferencetype",
            "inferenceType",
            "tokentype",
            "tokenType",
            "crossregion",
            "crossRegion");

    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY)
            .enable(CsvReadFeature.SKIP_EMPTY_LINES)
            .build();

    private OfferCsv() {}

    static OfferFile read(String name, byte[] bytes) {
        Map<String, String> about = new HashMap<>();
        List<OfferRow> rows = new ArrayList<>();
        List<Remark> leftOut = new ArrayList<>();
        List<String> columns = List.of();
        try (MappingIterator<String[]> lines = MAPPER.readerFor(String[].class).readValues(bytes)) {
            while (lines.hasNext()) {
                String[] fields = lines.next();
                if (!columns.isEmpty()) {
                    row(name, about.getOrDefault("OfferCode", ""), named(name, columns, fields), rows, leftOut);
                } else if (fields[0].equals("SKU")) {
                    columns = List.of(fields);
                } else if (fields.length > 1) {
                    about.put(fields[0], fields[1]);
                }
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + " is cut or damaged CSV: " + e.getOriginalMessage(), e);
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    name + " is no offer file: it has no line of column names that begins with SKU");
        }
        return new OfferFile(
                about.getOrDefault("OfferCode", ""),
                date(name, about.getOrDefault("Publication Date", "")),
                about.getOrDefault("Version", ""),
                rows,
                leftOut);
    }

    private static Map<String, String> named(String name, List<String> columns, String[] fields) {
        if (fields.length != columns.size()) {
            throw new IllegalArgumentException(name + ": the line of SKU " + fields[0] + " has " + fields.length
                    + " fields where " + columns.size() + " are needed; it is cut or damaged");
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < fields.length; i++) {
            named.put(key(columns.get(i)), fields[i]);
        }
        return named;
    }

    private static void row(
            String name, String offer, Map<String, String> fields, List<OfferRow> rows, List<Remark> leftOut) {
        Map<String, String> attributes = new HashMap<>();
        fields.forEach((column, value) -> attributes.put(ATTRIBUTES.getOrDefault(column, column), value));
        String currency = fields.getOrDefault("currency", "");
        var row = new OfferRow(
                offer,
                need(name, fields, "sku"),
                fields.getOrDefault("usagetype", ""),
                fields.getOrDefault("regioncode", ""),
                fields.getOrDefault("unit", ""),
                currency.equals("USD") ? fields.getOrDefault("priceperunit", "") : "",
                fields.getOrDefault("effectivedate", ""),
                attributes);
        Printed.add(
                row,
                fields.getOrDefault("termtype", ""),
                fields.getOrDefault("startingrange", "0"),
                fields.getOrDefault("endingrange", "Inf"),
                rows,
                leftOut);
    }

    private static String need(String name, Map<String, String> fields, String column) {
        String value = fields.get(column);
        if (value == null) {
            throw new IllegalArgumentException(name + " has no column " + column);
        }
        return value;
    }

    /** Column names are spelled with and without spaces and capitals. */
    private static String key(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[^a-z_]", "");
    }

    private static LocalDate date(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toLocalDate();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + ": its 'Publication Date' is '" + text + "', which is no date", e);
        }
    }
}
