package io.bedrockmeter.metering.pricing.offers;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** AWS's prices in JSON: offer files of the Price List, and rate cards of agreements. Stateless. */
final class OfferJson {
    /** A rate card has no date of its own; it is as of the day on which it was asked for, which is not in the answer. */
    private static final String NO_DATE = "-";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private OfferJson() {}

    static OfferFile read(String name, byte[] bytes, String region) {
        JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + " is cut or damaged JSON: " + e.getOriginalMessage(), e);
        }
        if (root.has("offerCode") && root.has("products")) {
            return priceList(name, root);
        }
        if (root.has("offers")) {
            return rateCard(name, root, region);
        }
        throw new IllegalArgumentException(
                name + " is JSON, but neither an offer file ('offerCode', 'products', 'terms') nor the"
                        + " answer of ListFoundationModelAgreementOffers ('modelId', 'offers')");
    }

    private static OfferFile priceList(String name, JsonNode root) {
        String offer = root.path("offerCode").asString();
        List<OfferRow> rows = new ArrayList<>();
        List<Remark> leftOut = new ArrayList<>();
        for (Map.Entry<String, JsonNode> kind : root.path("terms").properties()) {
            for (Map.Entry<String, JsonNode> product : kind.getValue().properties()) {
                Map<String, String> attributes =
                        texts(root.path("products").path(product.getKey()).path("attributes"));
                String usageType = attributes.getOrDefault("usagetype", "");
                for (JsonNode term : product.getValue()) {
                    var print = new Print(offer, product.getKey(), usageType, kind.getKey(), attributes);
                    print.term(term, rows, leftOut);
                }
            }
        }
        return new OfferFile(
                offer,
                date(name, root.path("publicationDate").asString()),
                root.path("version").asString(),
                rows,
                leftOut);
    }

    private static OfferFile rateCard(String name, JsonNode root, String region) {
        String model = root.path("modelId").asString("");
        if (model.isEmpty() || region.isEmpty()) {
            throw new IllegalArgumentException(name + " is a rate card and does not say "
                    + (model.isEmpty() ? "of which model: add \"modelId\"" : "for which region: give one"));
        }
        List<OfferRow> rows = new ArrayList<>();
        for (JsonNode offer : root.path("offers")) {
            for (JsonNode rate :
                    offer.path("termDetails").path("usageBasedPricingTerm").path("rateCard")) {
                rows.add(new OfferRow(
                        OfferRow.AGREEMENT,
                        rate.path("dimension").asString(),
                        rate.path("dimension").asString(),
                        region,
                        rate.path("unit").asString(),
                        rate.path("price").asString(),
                        NO_DATE,
                        Map.of(OfferNames.MODEL_ID, model)));
            }
        }
        return new OfferFile(
                OfferRow.AGREEMENT, date(name, root.path("retrievedAt").asString("")), model, rows, List.of());
    }

    private static LocalDate date(String name, String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text)
                    : OffsetDateTime.parse(text).toLocalDate();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + ": '" + text
                            + "' is no date of publication (publicationDate; retrievedAt in a rate card); write one"
                            + " such as 2026-10-08T14:02:11Z",
                    e);
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asString("")));
        return texts;
    }

    /** One product with its attributes. */
    private record Print(String offer, String sku, String usageType, String kind, Map<String, String> attributes) {
        void term(JsonNode term, List<OfferRow> rows, List<Remark> leftOut) {
            for (JsonNode dimension : term.path("priceDimensions")) {
                var row = new OfferRow(
                        offer,
                        sku,
                        usageType,
                        attributes.getOrDefault("regionCode", ""),
                        dimension.path("unit").asString(""),
                        dimension.path("pricePerUnit").path("USD").asString(""),
                        term.path("effectiveDate").asString(""),
                        attributes);
                Printed.add(
                        row,
                        kind,
                        dimension.path("beginRange").asString("0"),
                        dimension.path("endRange").asString("Inf"),
                        rows,
                        leftOut);
            }
        }
    }
}
