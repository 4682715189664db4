package io.bedrockmeter.metering.pricing.offers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An offer file as AWS shapes it, with rows of a test. */
final class OfferSheet {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String offer;
    private final List<Printed> rows = new ArrayList<>();

    OfferSheet(String offer) {
        this.offer = offer;
    }

    record Printed(
            String sku, String region, String usageType, String unit, String usd, Map<String, String> attributes) {}

    OfferSheet row(String region, String usageType, String unit, String usd, String... attributes) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            named.put(attributes[i], attributes[i + 1]);
        }
        rows.add(new Printed("SKU" + rows.size(), region, usageType, unit, usd, named));
        return this;
    }

    byte[] json() {
        ObjectNode root = MAPPER.createObjectNode()
                .put("formatVersion", "v1.0")
                .put("offerCode", offer)
                .put("version", "20261008140211")
                .put("publicationDate", "2026-10-08T14:02:11Z");
        ObjectNode products = root.putObject("products");
        ObjectNode terms = root.putObject("terms").putObject("OnDemand");
        for (Printed row : rows) {
            ObjectNode product = products.putObject(row.sku()).put("sku", row.sku());
            ObjectNode attributes = product.putObject("attributes")
                    .put("servicecode", offer)
                    .put("regionCode", row.region())
                    .put("usagetype", row.usageType())
                    .put("operation", "");
            row.attributes().forEach(attributes::put);
            ObjectNode term = terms.putObject(row.sku())
                    .putObject(row.sku() + ".JRTCKXETXF")
                    .put("sku", row.sku())
                    .put("effectiveDate", "2026-10-01T00:00:00Z");
            term.putObject("priceDimensions")
                    .putObject(row.sku() + ".JRTCKXETXF.6YS6EN2CT7")
                    .put("unit", row.unit())
                    .put("beginRange", "0")
                    .put("endRange", "Inf")
                    .putObject("pricePerUnit")
                    .put("USD", row.usd());
        }
        return MAPPER.writeValueAsBytes(root);
    }

    byte[] csv() {
        var names = new TreeSet<String>();
        rows.forEach(row -> names.addAll(row.attributes().keySet()));
        Stream<String> head = Stream.of(
                "\"FormatVersion\",\"v1.0\"",
                "\"Disclaimer\",\"This pricing list is for informational purposes only, \"\"as is\"\".\"",
                "\"Publication Date\",\"2026-10-08T14:02:11Z\"",
                "\"Version\",\"20261008140211\"",
                "\"OfferCode\",\"" + offer + "\"",
                "\"SKU\",\"OfferTermCode\",\"RateCode\",\"TermType\",\"PriceDescription\",\"EffectiveDate\",\"StartingRange\","
                        + "\"EndingRange\",\"Unit\",\"PricePerUnit\",\"Currency\",\"usageType\",\"operation\",\"Region Code\""
                        + names.stream().map(name -> ",\"" + name + "\"").collect(Collectors.joining()));
        Stream<String> body = rows.stream()
                .map(row -> Stream.concat(
                                Stream.of(
                                        row.sku(),
                                        "JRTCKXETXF",
                                        row.sku() + ".JRTCKXETXF.6YS6EN2CT7",
                                        "OnDemand",
                                        "$" + row.usd() + " for, say, one \"thing\"",
                                        "2026-10-01",
                                        "0",
                                        "Inf",
                                        row.unit(),
                                        row.usd(),
                                        "USD",
                                        row.usageType(),
                                        "",
                                        row.region()),
                                names.stream().map(name -> row.attributes().getOrDefault(name, "")))
                        .map(field -> '"' + field.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(",")));
        return Stream.concat(head, body)
                .collect(Collectors.joining("\r\n", "", "\r\n"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
