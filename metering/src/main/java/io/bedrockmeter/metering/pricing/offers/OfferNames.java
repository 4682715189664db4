package io.bedrockmeter.metering.pricing.offers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What price lists call models. Immutable.
 *
 * <p>No row of a price list has a model's id, and no rule derives it ("R1" is {@code deepseek.r1-v1:0}, and "Mistral Large" is
 * one of three), so names are kept by hand in {@code names.tsv}.
 */
final class OfferNames {
    /** The attribute that carries a model's id in rate cards, which are asked for by it. */
    static final String MODEL_ID = "modelId";

    private static final String FILE = "/io/bedrockmeter/metering/pricing/offers/names.tsv";
    private static final Pattern EDITION = Pattern.compile(" \\(Amazon Bedrock Edition\\)$");
    private static final Pattern VERSIONED = Pattern.compile(".*-v?[0-9]+:[0-9]+");

    private final Map<String, List<String>> models;

    private OfferNames(Map<String, List<String>> models) {
        this.models = models;
    }

    static OfferNames load() {
        Map<String, List<String>> models = new LinkedHashMap<>();
        text().lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("name\t"))
                .map(line -> line.split("\t", -1))
                .forEach(pair -> models.computeIfAbsent(pair[0], name -> new ArrayList<>())
                        .add(pair[1]));
        return new OfferNames(models);
    }

    /** What a row calls its model: by the first of the places that says it. */
    static String inRow(OfferRow row, UsageTypeText text) {
        String id = row.attribute(MODEL_ID);
        if (!id.isEmpty()) {
            return id;
        }
        if (row.isMarketplace()) {
            return EDITION.matcher(row.attribute("servicename")).replaceFirst("");
        }
        String model = row.attribute("model");
        if (model.isEmpty()) {
            model = row.attribute("titanModel");
        }
        return model.isEmpty() ? text.model() : model;
    }

    /** The ids of every name. */
    Map<String, List<String>> all() {
        return Collections.unmodifiableMap(models);
    }

    /** The ids that a name stands for at an endpoint; empty if the name is not in the table. */
    List<String> idsOf(String name, boolean mantle) {
        List<String> ids = models.getOrDefault(key(name), List.of());
        if (ids.size() < 2) {
            return ids;
        }
        // Where one name is that of a model at both endpoints, mantle's id is the one without a version.
        List<String> ofEndpoint = ids.stream()
                .filter(id -> VERSIONED.matcher(id).matches() != mantle)
                .toList();
        return ofEndpoint.isEmpty() ? ids : ofEndpoint;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace("+", "plus").replaceAll("[^a-z0-9]", "");
    }

    private static String text() {
        try (InputStream in = OfferNames.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not on the class path; build the jar again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }
}
