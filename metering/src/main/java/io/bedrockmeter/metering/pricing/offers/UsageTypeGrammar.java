package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Tariff;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What usage types mean. Stateless.
 *
 * <p>What is bought is told by one word among many that look alike, so the rarer kinds are asked for first: a reservation of
 * input tokens, a guardrail's units and a cache's read of input tokens all have "input" in them. A price of tokens is only
 * taken if every word of it is known, for a word that is not may be the one that matters.
 */
final class UsageTypeGrammar {
    /** All words that may stand in a price of tokens, whatever they mean. */
    private static final Set<String> TOKEN_WORDS = Set.of(
            "mantle",
            "input",
            "output",
            "token",
            "tokens",
            "count",
            "million",
            "response",
            "text",
            "cache",
            "cached",
            "read",
            "write",
            "write1h",
            "write5m",
            "1h",
            "5m",
            "30m",
            "standard",
            "flex",
            "priority",
            "batch",
            "latency",
            "optimized",
            "cross",
            "region",
            "global",
            "geo",
            "regional",
            "long",
            "ctx",
            "ct",
            "context",
            "lctx",
            "custom",
            "model",
            "speech",
            "extended",
            "access");

    private UsageTypeGrammar() {}

    static Meaning read(OfferRow row) {
        UsageTypeText text = UsageTypeText.of(row.usageType());
        if (text.hasAny("reserved") || text.hasAny("tpm")) {
            return reservation(row, text);
        }
        if (text.has("provisioned", "throughput")) {
            return provisioned(row, text);
        }
        if (text.hasPhrase("custom-model-import")) {
            return customImport(row, text);
        }
        if (text.has("customization")) {
            return customization(row, text);
        }
        if (text.hasAny("guardrail")) {
            return GuardrailUnits.read(text);
        }
        if (text.has("websearch", "queries")) {
            return new Meaning.Inference("bedrock-websearch", PriceUnit.WEB_SEARCH_QUERY);
        }
        if (text.hasPhrase("nova-grounding")) {
            return of(row, text, PriceUnit.WEB_GROUNDING_REQUEST, Map.of());
        }
        Meaning media = MediaUnits.read(row, text);
        if (media != null) {
            return media;
        }
        return tokens(row, text);
    }

    private static Meaning tokens(OfferRow row, UsageTypeText text) {
        if (!text.hasAny("input", "output", "response", "cache", "cached")) {
            return new Meaning.SomethingElse(row.usageType());
        }
        Set<String> unknown = text.without(TOKEN_WORDS);
        if (!unknown.isEmpty()) {
            return new Meaning.Unclear("it is about tokens, but " + unknown + " may mean anything");
        }
        PriceUnit unit = tokenUnit(text);
        return unit == null
                ? new Meaning.Unclear("it says neither input nor output, or both")
                : of(row, text, unit, Map.of());
    }

    private static @Nullable PriceUnit tokenUnit(UsageTypeText text) {
        boolean cache = text.hasAny("cache", "cached");
        if (cache && text.hasAny("write", "write1h", "write5m")) {
            if (text.hasAny("1h", "write1h")) {
                return PriceUnit.CACHE_WRITE_1H;
            }
            return text.has("30m") ? PriceUnit.CACHE_WRITE_30M : PriceUnit.CACHE_WRITE_5M;
        }
        if (cache) {
            return text.hasAny("output", "response") ? null : PriceUnit.CACHE_READ;
        }
        boolean output = text.hasAny("output", "response");
        if (output == text.has("input")) {
            return null;
        }
        if (text.has("speech")) {
            return output ? PriceUnit.SPEECH_OUTPUT : PriceUnit.SPEECH_INPUT;
        }
        return output ? PriceUnit.OUTPUT : PriceUnit.INPUT;
    }

    private static Meaning reservation(OfferRow row, UsageTypeText text) {
        Tariff tariff = switch (months(row, text)) {
            case 1 -> Tariff.RESERVED_1_MONTH;
            case 3 -> Tariff.RESERVED_3_MONTHS;
            default -> null;
        };
        if (tariff == null || text.has("input") == text.has("output")) {
            return new Meaning.Unclear(
                    "it is a reservation, but for neither 1 nor 3 months, or of neither input nor output");
        }
        return of(
                row,
                text,
                text.has("input") ? PriceUnit.INPUT_KTPM_HOUR : PriceUnit.OUTPUT_KTPM_HOUR,
                Map.of(),
                tariff);
    }

    private static Meaning provisioned(OfferRow row, UsageTypeText text) {
        boolean custom = row.attribute("feature").contains("Custom") || text.has("custom");
        Tariff tariff = null;
        if (text.hasAny("nocommit") || text.hasPhrase("no-commit")) {
            tariff = custom ? Tariff.PROVISIONED_NO_COMMITMENT_CUSTOM : Tariff.PROVISIONED_NO_COMMITMENT;
        } else if (!custom) {
            tariff = switch (months(row, text)) {
                case 1 -> Tariff.PROVISIONED_1_MONTH;
                case 6 -> Tariff.PROVISIONED_6_MONTHS;
                default -> null;
            };
        }
        return tariff == null
                ? new Meaning.Unclear("it is provisioned throughput, but of no commitment that is known")
                : of(row, text, PriceUnit.MODEL_UNIT_HOUR, Map.of(), tariff);
    }

    private static int months(OfferRow row, UsageTypeText text) {
        String all = String.join("", text.words())
                + row.attribute("feature").toLowerCase(Locale.ROOT).replaceAll("[ -]", "");
        for (int months : new int[] {1, 3, 6}) {
            if (all.contains(months + "month")) {
                return months;
            }
        }
        return 0;
    }

    private static Meaning customization(OfferRow row, UsageTypeText text) {
        if (text.has("storage")) {
            return of(row, text, PriceUnit.CUSTOM_MODEL_STORAGE_MONTH, Map.of(), Tariff.CUSTOMIZATION);
        }
        if (!text.has("training")) {
            return new Meaning.Unclear("it is customization, but neither training nor storage");
        }
        PriceUnit unit = switch (UnitScale.kind(row.unit())) {
            case TOKENS -> PriceUnit.TRAINING_TOKEN;
            case HOUR -> PriceUnit.TRAINING_HOUR;
            case IMAGE -> PriceUnit.TRAINING_IMAGE_SEEN;
            default -> null;
        };
        return unit == null
                ? new Meaning.Unclear("it is training, by '" + row.unit() + "'")
                : of(row, text, unit, Map.of(), Tariff.CUSTOMIZATION);
    }

    /** {@code USE1-Llama-CustomModelImport-Inference-v1:0}: family and version both make the price. */
    private static Meaning customImport(OfferRow row, UsageTypeText text) {
        String version = text.words().getLast();
        int family = row.usageType().indexOf("-CustomModelImport");
        int prefix = row.usageType().lastIndexOf('-', family - 1);
        if (!version.matches("v[0-9]+:[0-9]+") || family < 1) {
            return new Meaning.Unclear("it is custom model import, but of no family or version");
        }
        Map<String, String> attributes = Map.of(
                "family",
                row.usageType().substring(prefix + 1, family),
                "cmuVersion",
                version.substring(0, version.indexOf(':')));
        PriceUnit unit =
                text.has("storage") ? PriceUnit.CUSTOM_MODEL_UNIT_STORAGE_MONTH : PriceUnit.CUSTOM_MODEL_UNIT_MINUTE;
        return new Meaning.Inference(
                "custom-model-import",
                true,
                Tariff.CUSTOM_MODEL_IMPORT,
                Routing.IN_REGION_OR_GEO,
                false,
                unit,
                attributes,
                false);
    }

    /** A price in the mode that the row tells. */
    static Meaning of(OfferRow row, UsageTypeText text, PriceUnit unit, Map<String, String> attributes) {
        Tariff tariff = tariff(row, text);
        return tariff == null
                ? new Meaning.Unclear("it is of two tiers at once")
                : of(row, text, unit, attributes, tariff);
    }

    private static Meaning of(
            OfferRow row, UsageTypeText text, PriceUnit unit, Map<String, String> attributes, Tariff tariff) {
        return new Meaning.Inference(
                OfferNames.inRow(row, text),
                false,
                tariff,
                text.has("global") ? Routing.GLOBAL : Routing.IN_REGION_OR_GEO,
                text.hasPhrase("long-ctx")
                        || text.hasPhrase("long-context")
                        || text.hasPhrase("long-ct")
                        || text.has("lctx"),
                unit,
                attributes,
                text.has("mantle"));
    }

    private static @Nullable Tariff tariff(OfferRow row, UsageTypeText text) {
        String tier = row.attribute("service_tier").toLowerCase(Locale.ROOT);
        boolean batch = text.has("batch")
                || tier.equals("batch")
                || row.attribute("feature").equals("Batch Inference");
        boolean flex = text.has("flex") || tier.equals("flex");
        boolean priority = text.has("priority") || tier.equals("priority");
        boolean optimized = text.hasPhrase("latency-optimized");
        boolean extended = text.hasPhrase("extended-access");
        boolean custom = text.hasPhrase("custom-model");
        int told = count(batch && !extended)
                + count(flex)
                + count(priority)
                + count(optimized)
                + count(custom)
                + count(extended);
        if (told > 1) {
            return null;
        }
        if (extended) {
            return batch ? Tariff.BATCH_EXTENDED_ACCESS : Tariff.ON_DEMAND_EXTENDED_ACCESS;
        }
        if (batch) {
            return Tariff.BATCH;
        }
        if (flex) {
            return Tariff.FLEX;
        }
        if (priority) {
            return Tariff.PRIORITY;
        }
        if (optimized) {
            return Tariff.LATENCY_OPTIMIZED;
        }
        return custom ? Tariff.ON_DEMAND_CUSTOM_MODEL : Tariff.ON_DEMAND;
    }

    private static int count(boolean told) {
        return told ? 1 : 0;
    }
}
