package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;
import io.bedrockmeter.metering.model.ModelRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The families of models, read once from {@code families/<vendor>.json}. A model that no row names, or whose identifier
 * does not tell what model is behind it, belongs to the family {@code generic}, which knows the common shapes.
 */
final class Families {
    /** The files that are read; a test holds this list against the folder. */
    static final List<String> VENDORS = List.of(
            "generic",
            "chat",
            "ai21",
            "amazon",
            "anthropic",
            "cohere",
            "deepseek",
            "google",
            "luma",
            "meta",
            "minimax",
            "mistral",
            "moonshot",
            "nvidia",
            "openai",
            "qwen",
            "stability",
            "twelvelabs",
            "writer",
            "xai",
            "zai");

    private static final Map<String, Integer> SLOTS = Map.ofEntries(
            Map.entry("input", Slot.INPUT),
            Map.entry("output", Slot.OUTPUT),
            Map.entry("output_running", Slot.OUTPUT_RUNNING),
            Map.entry("output_start", Slot.OUTPUT_START),
            Map.entry("cache_read", Slot.CACHE_READ),
            Map.entry("cache_write", Slot.CACHE_WRITE),
            Map.entry("cache_write_5m", Slot.CACHE_WRITE_5M),
            Map.entry("cache_write_1h", Slot.CACHE_WRITE_1H),
            Map.entry("cached_of_input", Slot.CACHED_OF_INPUT),
            Map.entry("written_of_input", Slot.WRITTEN_OF_INPUT),
            Map.entry("total", Slot.TOTAL),
            Map.entry("image", Slot.IMAGE),
            Map.entry("search_unit", Slot.SEARCH_UNIT),
            Map.entry("filtered", Slot.FILTERED),
            Map.entry("service_tier", Slot.SERVICE_TIER));

    /** Facts of a request by the kind of value that tells them: counted values, measured ones, numbers, words. */
    private static final Map<String, Integer> COUNTED =
            Map.of("images", WorkOrder.IMAGES_GIVEN, "media", WorkOrder.MEDIA_GIVEN);

    private static final Map<String, Integer> MEASURED =
            Map.of("documents", WorkOrder.DOCUMENT, "query", WorkOrder.QUERY);

    private static final Map<String, Integer> NUMBERS = Map.of(
            "count", WorkOrder.COUNT, "width", WorkOrder.WIDTH, "height", WorkOrder.HEIGHT, "steps", WorkOrder.STEPS);

    private static final Map<String, Integer> WORDS =
            Map.of("task", WorkOrder.TASK, "quality", WorkOrder.QUALITY, "detail", WorkOrder.DETAIL);

    private static final List<Family> ALL = load();
    private static final Family GENERIC = ALL.getFirst();
    private static final Prefix[][] BY_FIRST_LETTER = byFirstLetter();

    private Families() {}

    /** The family of a model. */
    static Family of(ModelRef model) {
        return model.catalogueId().map(Families::ofId).orElse(GENERIC);
    }

    /** The family of a model that nobody named. */
    static Family generic() {
        return GENERIC;
    }

    /** All families; the generic one is first. */
    static List<Family> all() {
        return ALL;
    }

    /** The family with the longest beginning that the id has. */
    private static Family ofId(String id) {
        int letter = id.isEmpty() ? 0 : id.charAt(0);
        if (letter < BY_FIRST_LETTER.length) {
            for (Prefix prefix : BY_FIRST_LETTER[letter]) {
                if (id.startsWith(prefix.text())) {
                    return prefix.family();
                }
            }
        }
        return GENERIC;
    }

    /** All beginnings of ids, longest first, by their first letter. */
    private static Prefix[][] byFirstLetter() {
        List<Prefix> all = ALL.stream()
                .flatMap(family -> family.ids().stream().map(id -> new Prefix(id, family)))
                .sorted(Comparator.comparingInt(prefix -> -prefix.text().length()))
                .toList();
        Prefix[][] byLetter = new Prefix[128][];
        for (int letter = 0; letter < byLetter.length; letter++) {
            char first = (char) letter;
            byLetter[letter] = all.stream()
                    .filter(prefix -> prefix.text().charAt(0) == first)
                    .toArray(Prefix[]::new);
        }
        return byLetter;
    }

    private record Prefix(String text, Family family) {}

    private static List<Family> load() {
        JsonMapper mapper = JsonMapper.builder().build();
        Map<String, JsonNode> rows = new HashMap<>();
        List<Family> families = new ArrayList<>();
        for (String vendor : VENDORS) {
            for (JsonNode row : read(mapper, "/families/" + vendor + ".json").path("families")) {
                JsonNode whole = inherit(row, rows);
                rows.put(whole.path("name").asString(), whole);
                families.add(family(whole));
            }
        }
        return List.copyOf(families);
    }

    /** A row with what it leaves out taken from the row that it is like. */
    private static JsonNode inherit(JsonNode row, Map<String, JsonNode> rows) {
        if (!row.has("like")) {
            return row;
        }
        JsonNode model = rows.get(row.path("like").asString());
        if (model == null) {
            throw new IllegalStateException("no row before " + row + " is called as it is like");
        }
        ObjectNode whole = ((ObjectNode) model).deepCopy();
        whole.setAll((ObjectNode) row);
        return whole;
    }

    private static JsonNode read(JsonMapper mapper, String resource) {
        try (InputStream in = Families.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + resource);
            }
            return mapper.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }

    private static Family family(JsonNode row) {
        String name = row.path("name").asString();
        Set<Family.Rule> rules = EnumSet.noneOf(Family.Rule.class);
        row.path("rules").forEach(rule -> rules.add(Family.Rule.valueOf(rule.asString())));
        List<String> needs = texts(row.path("needs"));
        JsonNode deltas = row.path("deltas");
        return new Family(
                name,
                texts(row.path("ids")),
                needs.contains("input"),
                needs.contains("output"),
                Set.copyOf(rules),
                Family.Work.valueOf(row.path("work").asString("TEXT")),
                texts(row.path("image_sizes")),
                answerPaths(name, row.path("answer")),
                answerPaths(name, row.has("stream") ? row.path("stream") : row.path("answer")),
                requestPaths(row.path("request")),
                Family.Deltas.beginningWith(
                        deltas.path("begin").asString(""),
                        deltas.path("envelope_bytes").asInt(0)));
    }

    /** The paths of a row and those that Amazon Bedrock adds to every model's document. */
    private static JsonPaths answerPaths(String family, JsonNode paths) {
        JsonPaths.Builder builder = JsonPaths.builder();
        for (Map.Entry<String, JsonNode> field : paths.properties()) {
            Integer slot = SLOTS.get(field.getKey());
            if (slot == null) {
                throw new IllegalStateException("family '" + family + "' has no fact called '" + field.getKey() + "'");
            }
            texts(field.getValue()).forEach(path -> watch(builder, path, slot));
        }
        String metrics = "amazon-bedrock-invocationMetrics.";
        builder.number(metrics + "inputTokenCount", Slot.MEASURED_INPUT)
                .number(metrics + "outputTokenCount", Slot.MEASURED_OUTPUT)
                .number(metrics + "cacheReadInputTokenCount", Slot.MEASURED_CACHE_READ)
                .number(metrics + "cacheWriteInputTokenCount", Slot.MEASURED_CACHE_WRITE)
                .text("amazon-bedrock-guardrailAction", Slot.GUARDRAIL_ACTION)
                .value("amazon-bedrock-trace.guardrail.modelOutput[]", Slot.MODEL_OUTPUT);
        DialectPaths.guardrail(builder, DialectPaths.INVOKE_ASSESSMENTS);
        return builder.build();
    }

    /** {@code a.b} is a count, {@code a[].b} a sum of counts, {@code #a[]} the number of elements. */
    private static void watch(JsonPaths.Builder builder, String path, int slot) {
        if (slot == Slot.SERVICE_TIER) {
            builder.text(path, slot);
        } else if (slot == Slot.FILTERED) {
            builder.value(path, slot);
        } else if (path.startsWith("#")) {
            builder.value(path.substring(1), slot | Slot.SUMMED);
        } else {
            builder.number(path, path.contains("[]") ? slot | Slot.SUMMED : slot);
        }
    }

    private static JsonPaths requestPaths(JsonNode request) {
        JsonPaths.Builder builder = JsonPaths.builder();
        texts(request.path("max_output")).forEach(path -> builder.number(path, RequestReader.MAX_OUTPUT));
        for (Map.Entry<String, Integer> fact : COUNTED.entrySet()) {
            texts(request.path(fact.getKey())).forEach(path -> builder.value(path, fact.getValue()));
        }
        for (Map.Entry<String, Integer> fact : MEASURED.entrySet()) {
            texts(request.path(fact.getKey())).forEach(path -> builder.size(path, fact.getValue()));
        }
        for (Map.Entry<String, Integer> fact : NUMBERS.entrySet()) {
            texts(request.path(fact.getKey())).forEach(path -> builder.number(path, fact.getValue()));
        }
        for (Map.Entry<String, Integer> fact : WORDS.entrySet()) {
            texts(request.path(fact.getKey())).forEach(path -> builder.text(path, fact.getValue()));
        }
        texts(request.path("edited")).forEach(path -> builder.bytes(path, WorkOrder.EDITED));
        return builder.text("service_tier", RequestReader.SERVICE_TIER)
                .text("serviceTier.type", RequestReader.SERVICE_TIER)
                .text("performanceConfig.latency", RequestReader.LATENCY)
                .build();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString()));
        return List.copyOf(texts);
    }
}
