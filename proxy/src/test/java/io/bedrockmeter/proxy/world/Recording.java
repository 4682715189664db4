package io.bedrockmeter.proxy.world;

import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.script.RawAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One recorded call with its answer and the usage that it is known to have had, where recordings lie beside the source.
 *
 * @param request the bytes to send, as Latin-1: the raw path and the caller's own headers, with new framing
 * @param answer what the upstream is to answer
 * @param units what the ledger must hold; null if the answer carries no usage
 * @param free whether the call has no usage that is billed
 * @param whole whether the recording has every count; false where one was trimmed off
 */
public record Recording(
        String id,
        String request,
        RawAnswer answer,
        @Nullable Map<String, Long> units,
        boolean free,
        boolean whole) {
    /** Questions to the control plane do not come through this proxy. */
    private static final String CONTROL_PLANE = "control-plane";

    private static final Set<String> FRAMING = Set.of("host", "content-length", "transfer-encoding", "connection");
    private static final Map<String, String> UNITS = Map.of(
            "inputTokens", "input",
            "outputTokens", "output",
            "cacheReadTokens", "cache_read",
            "cacheWrite5mTokens", "cache_write_5m",
            "cacheWrite30mTokens", "cache_write_30m",
            "cacheWrite1hTokens", "cache_write_1h",
            "images", "image",
            "searchUnits", "search_unit");
    private static final Map<String, String> GUARDRAIL_UNITS = Map.of(
            "contentPolicyUnits", "guardrail_content",
            "contentPolicyImageUnits", "guardrail_content_image",
            "topicPolicyUnits", "guardrail_topic",
            "wordPolicyUnits", "guardrail_word",
            "sensitiveInformationPolicyUnits", "guardrail_sensitive_information",
            "sensitiveInformationPolicyFreeUnits", "guardrail_sensitive_information_free",
            "contextualGroundingPolicyUnits", "guardrail_contextual_grounding",
            "automatedReasoningPolicyUnits", "guardrail_automated_reasoning");

    /** The folder of recordings; it need not exist. */
    public static Path folder() {
        return Path.of(System.getProperty("bedrockmeter.root", "..")).resolve("../shared/data/exchanges");
    }

    /** All recordings of calls to the endpoints that models are invoked at. */
    public static List<Recording> all() {
        JsonMapper mapper = JsonMapper.builder().build();
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".json") && !file.endsWith("index.json"))
                    .sorted()
                    .map(file -> mapper.readTree(file.toFile()))
                    .filter(exchange -> !exchange.path("api").asString().equals(CONTROL_PLANE))
                    .map(Recording::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recording of(JsonNode exchange) {
        JsonNode expected = exchange.path("expected");
        boolean trimmed = expected.path("notes").asString("").startsWith("partial usage")
                || (exchange.path("api").asString().equals("InvokeModelWithResponseStream")
                        && expected.path("usageSource").asString().equals("body"));
        return new Recording(
                exchange.path("id").asString(),
                request(exchange.path("request")),
                answer(exchange.path("response")),
                units(expected.path("usage")),
                exchange.path("api").asString().equals("CountTokens"),
                !trimmed);
    }

    private static String request(JsonNode request) {
        byte[] body = body(request);
        StringBuilder head = new StringBuilder(request.path("method").asString())
                .append(' ')
                .append(request.path("path").asString())
                .append(" HTTP/1.1\r\nHost: ")
                .append(request.path("headers").path("host").asString("localhost"))
                .append("\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        request.path("headers").properties().forEach(header -> {
            if (!FRAMING.contains(header.getKey())) {
                head.append(header.getKey())
                        .append(": ")
                        .append(header.getValue().asString())
                        .append("\r\n");
            }
        });
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static RawAnswer answer(JsonNode response) {
        List<Header> headers = new ArrayList<>();
        response.path("headers")
                .forEach(header -> headers.add(
                        new Header(header.path(0).asString(), header.path(1).asString())));
        return RawAnswer.of(response.path("status").asInt(), headers, body(response));
    }

    private static byte[] body(JsonNode message) {
        return Base64.getDecoder().decode(message.path("bodyBase64").asString(""));
    }

    private static @Nullable Map<String, Long> units(JsonNode usage) {
        if (!usage.isObject()) {
            return null;
        }
        Map<String, Long> units = new HashMap<>();
        UNITS.forEach((name, unit) -> units.put(unit, usage.path(name).asLong(0)));
        GUARDRAIL_UNITS.forEach((name, unit) ->
                units.put(unit, usage.path("guardrailUnits").path(name).asLong(0)));
        units.values().removeIf(count -> count == 0);
        return units;
    }

    @Override
    public String toString() {
        return id;
    }
}
