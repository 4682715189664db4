package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundled files themselves: whole, sane, and equal to the catalogue they were made of. */
class BundledPricesTest {
    private static final PriceBookBuilder.Files FILES = BundledPrices.files();
    private static final List<PriceRow> ROWS =
            PriceFiles.prices("prices.tsv", FILES.prices(), PriceFiles.sources("sources.tsv", FILES.sources()));

    @Test
    void holdsEveryPriceOfTheCatalogueRowForRow() throws Exception {
        Path catalogue = Path.of(System.getProperty("bedrockmeter.root", ".."), "..", "shared/data/prices/prices.json");
        assumeTrue(Files.exists(catalogue), () -> catalogue + " is not here");
        JsonNode entries =
                JsonMapper.shared().readTree(Files.readString(catalogue)).get("entries");
        List<String> expected = new ArrayList<>();
        entries.forEach(entry -> expected.add(canonical(entry)));

        List<String> bundled = ROWS.stream().map(BundledPricesTest::canonical).toList();

        assertThat(bundled).hasSize(3063).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void sellsOutputWhereverItSellsInputUnlessTheModelGivesNoText() {
        Map<String, List<PriceUnit>> unitsByOffer = new TreeMap<>();
        ROWS.stream()
                .filter(row ->
                        row.tariff() == Tariff.ON_DEMAND && row.attributes().isEmpty())
                .filter(row -> row.rate().confidence() != Confidence.C)
                .forEach(row -> unitsByOffer
                        .computeIfAbsent(row.model() + " " + row.routing().label(), key -> new ArrayList<>())
                        .add(row.unit()));

        List<String> withoutOutput = unitsByOffer.entrySet().stream()
                .filter(offer -> offer.getValue().contains(PriceUnit.INPUT))
                .filter(offer -> !offer.getValue().contains(PriceUnit.OUTPUT))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(withoutOutput).allMatch(offer -> offer.contains("embed"));
        assertThat(unitsByOffer).hasSizeGreaterThan(150);
    }

    @Test
    void hasNoPriceFinerThanAPicodollar() {
        List<String> amounts = FILES.prices()
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("model\t"))
                .map(line -> line.split("\t", -1)[6])
                .toList();

        assertThat(amounts).hasSize(3063).allMatch(usd -> new BigDecimal(usd).scale() <= 12);
    }

    @Test
    void isSortedByModelSoThatADifferenceIsReadable() {
        List<String> models = ROWS.stream().map(PriceRow::model).toList();

        assertThat(models).isSortedAccordingTo(Comparator.naturalOrder());
    }

    @Test
    void callsItselfByDateAndContent() {
        PriceBook book = PriceBook.bundled();

        assertThat(book.version()).matches("bundled-2026-11-22-[0-9a-f]{8}");
        assertThat(book.version()).isEqualTo(PriceBook.bundled().version());
        assertThat(book.layers())
                .containsExactly(new PriceBook.Layer("bundled", Instant.parse("2026-11-22T00:00:00Z")));
        assertThat(book.sources()).hasSize(19);
        assertThat(book.modelIds()).hasSize(178).doesNotContain("bedrock-guardrails");
    }

    private static String canonical(PriceRow row) {
        Map<String, String> attributes = new TreeMap<>(row.attributes());
        return String.join(
                " ",
                row.model(),
                row.routing().label(),
                row.tariff().label(),
                row.band().label(),
                row.unit().label(),
                attributes.toString(),
                row.rate().perUnit().toUsdString(),
                row.regions().stream().map(RegionScope::label).sorted().toList().toString(),
                row.endpoint(),
                row.from().toString(),
                row.until().toString(),
                row.listed(),
                row.rate().confidence().name(),
                row.rate().source().id());
    }

    /** The same words for an entry of the catalogue: what each of its mode suffixes and dates means is written here. */
    private static String canonical(JsonNode entry) {
        String mode = entry.get("mode").stringValue();
        int at = mode.indexOf('@');
        String tariff = at < 0 ? mode : mode.substring(0, at);
        String period = at < 0 ? "" : mode.substring(at + 1);
        Map<String, String> attributes = attributes(entry);
        String unit = unit(entry.get("unit").stringValue(), attributes);
        BigDecimal usd = new BigDecimal(entry.get("usdPerUnit").stringValue()).setScale(12, RoundingMode.HALF_EVEN);
        return String.join(
                " ",
                entry.get("modelId").stringValue(),
                entry.get("routing").stringValue(),
                tariff,
                entry.get("context").stringValue(),
                unit,
                attributes.toString(),
                usd.signum() == 0 ? "0" : usd.stripTrailingZeros().toPlainString(),
                regions(entry).toString(),
                entry.get("endpoint").stringValue(),
                from(entry, period).toString(),
                until(entry, period).toString(),
                listed(entry, period),
                entry.get("confidence").stringValue(),
                entry.get("source").stringValue());
    }

    private static Map<String, String> attributes(JsonNode entry) {
        Map<String, String> attributes = new TreeMap<>();
        JsonNode node = entry.get("attrs");
        if (node != null) {
            node.properties()
                    .forEach(attribute -> attributes.put(
                            attribute.getKey(), attribute.getValue().stringValue()));
        }
        return attributes;
    }

    /** The unit's name here; takes the attributes that the name says already. */
    private static String unit(String unit, Map<String, String> attributes) {
        String plain = unit.matches("(input|output|cache_.*)_token") ? unit.replace("_token", "") : unit;
        if (attributes.remove("modality", "text")) {
            return plain;
        }
        if (attributes.remove("modality", "speech")) {
            return "speech_" + plain;
        }
        String policy = attributes.remove("policy");
        if (policy != null) {
            return "guardrail_" + policy.replace("_regex", "_free");
        }
        String check = attributes.remove("check");
        return check != null && plain.equals("guardrail_text_unit") ? "guardrail_check_" + check : plain;
    }

    private static List<String> regions(JsonNode entry) {
        List<String> regions = new ArrayList<>();
        entry.get("regions").forEach(region -> regions.add(region.stringValue().replaceAll("^default .*", "default")));
        return regions.stream().sorted().toList();
    }

    private static Instant from(JsonNode entry, String period) {
        boolean replacesThePageOfJuly = entry.get("modelId").stringValue().equals("openai.gpt-5.6-sol")
                && entry.get("routing").stringValue().equals("in_region_or_geo")
                && entry.get("mode").stringValue().equals("on_demand")
                && entry.get("context").stringValue().equals("base")
                && regions(entry).equals(List.of("commercial:*"));
        if (replacesThePageOfJuly) {
            return day("2026-10-08");
        }
        String effective = effective(entry);
        return period.isEmpty() && isDateOfAChange(effective) ? day(effective) : PriceKey.ALWAYS;
    }

    private static Instant until(JsonNode entry, String period) {
        Map<String, String> beforeWhat = Map.of(
                "anthropic.claude-sonnet-5", "2026-09-01",
                "openai.gpt-5.6-luna", "2026-07-30",
                "openai.gpt-5.6-terra", "2026-07-30");
        Map<String, String> ends = new HashMap<>(Map.of("until-2026-07-30", "2026-07-30", "2026-07-24", "2026-10-08"));
        ends.put("before", beforeWhat.getOrDefault(entry.get("modelId").stringValue(), ""));
        return period.isEmpty() ? Price.FOR_EVER : day(ends.getOrDefault(period, ""));
    }

    private static String listed(JsonNode entry, String period) {
        String effective = effective(entry);
        if (period.equals("2026-07-24")) {
            return period;
        }
        return effective.isEmpty() || isDateOfAChange(effective) ? "-" : effective;
    }

    private static String effective(JsonNode entry) {
        return entry.has("effectiveFrom") ? entry.get("effectiveFrom").stringValue() : "";
    }

    /** Two dates are those of a known change; the others are the first day of the month of a publication. */
    private static boolean isDateOfAChange(String effective) {
        return effective.equals("2025-12-01") || effective.equals("2026-07-30");
    }

    private static Instant day(String date) {
        return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
