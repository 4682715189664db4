package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.metering.rate.Allowance;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a book of keys is written: JSON, with a number of the format in front. Stateless. */
final class KeyJson {
    private static final int FORMAT = 1;
    private static final String REQUESTS_PER_MINUTE = "requests_per_minute";
    private static final String TOKENS_PER_MINUTE = "tokens_per_minute";
    private static final String CONCURRENT = "concurrent";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private KeyJson() {}

    /**
     * Reads a book.
     *
     * @throws IllegalArgumentException if it is none; the message says where and why, and reads on after the file's name
     */
    static KeyBook read(byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("is not JSON: " + e.getOriginalMessage(), e);
        }
        only(root, "the file", Set.of("format", "master", "keys"));
        if (root.path("format").asInt(0) != FORMAT) {
            throw new IllegalArgumentException(
                    "has format " + root.path("format") + ", and this version reads " + FORMAT);
        }
        List<VirtualKey> keys = new ArrayList<>();
        for (JsonNode key : array(root, "keys")) {
            keys.add(key(key));
        }
        return KeyBook.of(root.has("master") ? text(root, "master") : null, keys);
    }

    /**
     * Reads one key.
     *
     * @throws IllegalArgumentException likewise
     */
    static VirtualKey readKey(String json) {
        try {
            return key(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("has a key that is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes one key. */
    static String writeKey(VirtualKey key) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        write(key, node);
        return JSON.writeValueAsString(node);
    }

    /** Writes a book. */
    static byte[] write(KeyBook book) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format", FORMAT);
        if (book.masterFingerprint() != null) {
            root.put("master", book.masterFingerprint());
        }
        ArrayNode keys = root.putArray("keys");
        book.keys().forEach(key -> write(key, keys.addObject()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    private static void write(VirtualKey key, ObjectNode to) {
        to.put("id", key.id()).put("team", key.team()).put("app", key.app());
        if (!key.label().isEmpty()) {
            to.put("label", key.label());
        }
        to.put("created", key.created().toString());
        write(to, "expires", key.expires());
        write(to, "revoked", key.revoked());
        Permissions allowed = key.permissions();
        write(to, "models", allowed.models());
        write(to, "regions", allowed.regions());
        write(to, "operations", allowed.operations());
        write(to, "guardrails", allowed.guardrails());
        write(to, "networks", allowed.networks().stream().map(Network::text).toList());
        write(to, REQUESTS_PER_MINUTE, key.allowance().requestsPerMinute());
        write(to, TOKENS_PER_MINUTE, key.allowance().tokensPerMinute());
        write(to, CONCURRENT, key.allowance().concurrent());
        ArrayNode generations = to.putArray("generations");
        for (Generation generation : key.generations()) {
            ObjectNode one = generations.addObject();
            one.put("number", generation.number())
                    .put("bearer_sha256", generation.bearerSha256())
                    .put("created", generation.created().toString());
            write(one, "expires", generation.expires());
        }
    }

    private static void write(ObjectNode to, String name, @Nullable Instant time) {
        if (time != null) {
            to.put(name, time.toString());
        }
    }

    private static void write(ObjectNode to, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode list = to.putArray(name);
            values.forEach(list::add);
        }
    }

    private static void write(ObjectNode to, String name, int limit) {
        if (limit > 0) {
            to.put(name, limit);
        }
    }

    private static VirtualKey key(JsonNode in) {
        only(
                in,
                "a key",
                Set.of(
                        "id",
                        "team",
                        "app",
                        "label",
                        "created",
                        "expires",
                        "revoked",
                        "models",
                        "regions",
                        "operations",
                        "guardrails",
                        "networks",
                        REQUESTS_PER_MINUTE,
                        TOKENS_PER_MINUTE,
                        CONCURRENT,
                        "generations"));
        List<Generation> generations = new ArrayList<>();
        for (JsonNode generation : array(in, "generations")) {
            generations.add(generation(generation));
        }
        return new VirtualKey(
                text(in, "id"),
                text(in, "team"),
                text(in, "app"),
                in.has("label") ? text(in, "label") : "",
                time(in, "created"),
                in.has("expires") ? time(in, "expires") : null,
                in.has("revoked") ? time(in, "revoked") : null,
                generations,
                new Permissions(
                        texts(in, "models"),
                        texts(in, "regions"),
                        texts(in, "operations"),
                        texts(in, "guardrails"),
                        networks(in)),
                new Allowance(limit(in, REQUESTS_PER_MINUTE), limit(in, TOKENS_PER_MINUTE), limit(in, CONCURRENT)));
    }

    /** Zero where there is none. One that says nothing may not be meant as none. */
    private static int limit(JsonNode in, String name) {
        JsonNode value = in.path(name);
        if (!in.has(name)) {
            return 0;
        }
        if (!value.isInt() || value.asInt() < 1) {
            throw new IllegalArgumentException(
                    "has in '" + name + "' no whole number from 1, in " + shown(in) + "; remove it to limit nothing");
        }
        return value.asInt();
    }

    private static Generation generation(JsonNode in) {
        only(in, "a generation", Set.of("number", "bearer_sha256", "created", "expires"));
        return new Generation(
                in.path("number").asInt(0),
                text(in, "bearer_sha256"),
                time(in, "created"),
                in.has("expires") ? time(in, "expires") : null);
    }

    private static List<Network> networks(JsonNode in) {
        return texts(in, "networks").stream()
                .map(named("networks", Network::parse))
                .toList();
    }

    private static List<String> texts(JsonNode in, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : in.has(name) ? array(in, name) : List.<JsonNode>of()) {
            if (!value.isString() || value.asString().isBlank()) {
                throw new IllegalArgumentException("has something in '" + name + "' that is no text: " + value);
            }
            texts.add(value.asString());
        }
        // An empty list would allow everything, where whoever wrote it may have meant nothing.
        if (in.has(name) && texts.isEmpty()) {
            throw new IllegalArgumentException(
                    "has an empty '" + name + "'; remove it to restrict nothing, or revoke the key");
        }
        return texts;
    }

    private static Instant time(JsonNode in, String name) {
        return named(name, Instant::parse).apply(text(in, name));
    }

    private static <T> Function<String, T> named(String name, Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("has in '" + name + "' no time such as 2026-11-25T09:00:00Z", e);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("has in '" + name + "' '" + text + "', which " + e.getMessage(), e);
            }
        };
    }

    private static String text(JsonNode in, String name) {
        JsonNode value = in.path(name);
        if (!value.isString() || value.asString().isBlank()) {
            throw new IllegalArgumentException("has no text '" + name + "' in " + shown(in));
        }
        return value.asString();
    }

    private static ArrayNode array(JsonNode in, String name) {
        if (in.path(name) instanceof ArrayNode array) {
            return array;
        }
        throw new IllegalArgumentException("has no list '" + name + "' in " + shown(in));
    }

    /** A restriction with a slip in its name must not become none. */
    private static void only(JsonNode in, String what, Set<String> names) {
        if (!in.isObject()) {
            throw new IllegalArgumentException("has something else where " + what + " should be");
        }
        String unknown = in.propertyNames().stream()
                .filter(name -> !names.contains(name))
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("has in " + what + " what this version does not know: " + unknown);
        }
    }

    private static String shown(JsonNode in) {
        return in.path("id").isString() ? "key " + in.path("id").asString() : "an entry without an id";
    }
}
