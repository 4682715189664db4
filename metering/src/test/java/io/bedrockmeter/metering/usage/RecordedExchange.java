package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.model.ModelRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One recorded call and answer with the usage that it is known to have had, where recordings lie beside the source. */
record RecordedExchange(
        String id,
        WireFormat format,
        ModelRef model,
        Map<String, String> requestHeaders,
        ByteBuffer requestBody,
        Map<String, String> responseHeaders,
        int status,
        ByteBuffer responseBody,
        JsonNode expected) {
    private static final Map<String, WireFormat> FORMATS = Map.of(
            "InvokeModel", WireFormat.INVOKE_JSON,
            "InvokeModelWithResponseStream", WireFormat.INVOKE_EVENT_STREAM,
            "Converse", WireFormat.CONVERSE_JSON,
            "ConverseStream", WireFormat.CONVERSE_EVENT_STREAM,
            "OpenAIChat", WireFormat.CHAT_COMPLETIONS,
            "OpenAIResponses", WireFormat.RESPONSES,
            "CountTokens", WireFormat.COUNT_TOKENS,
            "ApplyGuardrail", WireFormat.APPLY_GUARDRAIL);

    /** The folder of recordings; it need not exist. */
    static Path folder() {
        return Path.of(System.getProperty("bedrockmeter.root", "..")).resolve("../shared/data/exchanges");
    }

    /** All recordings of operations that this proxy serves. */
    static List<RecordedExchange> all() {
        JsonMapper mapper = JsonMapper.builder().build();
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".json") && !file.endsWith("index.json"))
                    .sorted()
                    .map(file -> mapper.readTree(file.toFile()))
                    .filter(exchange -> FORMATS.containsKey(exchange.path("api").asString()))
                    .map(RecordedExchange::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedExchange of(JsonNode exchange) {
        JsonNode request = exchange.path("request");
        JsonNode response = exchange.path("response");
        Map<String, String> requestHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.path("headers")
                .properties()
                .forEach(header ->
                        requestHeaders.put(header.getKey(), header.getValue().asString()));
        Map<String, String> responseHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.path("headers")
                .forEach(header -> responseHeaders.put(
                        header.path(0).asString(), header.path(1).asString()));
        return new RecordedExchange(
                exchange.path("id").asString(),
                Objects.requireNonNull(FORMATS.get(exchange.path("api").asString())),
                exchange.path("modelId").isString()
                        ? ModelRef.parse(exchange.path("modelId").asString())
                        : new ModelRef.NoModel(ModelRef.NoModel.NOTHING),
                requestHeaders,
                body(request),
                responseHeaders,
                response.path("status").asInt(),
                body(response),
                exchange.path("expected"));
    }

    private static ByteBuffer body(JsonNode message) {
        return ByteBuffer.wrap(
                Base64.getDecoder().decode(message.path("bodyBase64").asString("")));
    }

    RequestFacts facts() {
        RequestReader reader = RequestReader.open(format, model, requestHeaders::get);
        reader.read(requestBody);
        return reader.finish();
    }

    Wire wire() {
        return new Wire(format, model, facts(), status, responseHeaders, responseBody);
    }

    /** Whether it is a call that succeeded and that nobody bills. */
    boolean isFree() {
        return format == WireFormat.COUNT_TOKENS && status == 200;
    }

    /** The usage that it is known to have had; null if its answer carries none. */
    @Nullable
    Usage expectedUsage() {
        JsonNode usage = expected.path("usage");
        if (!usage.isObject()) {
            return null;
        }
        Usage sum = Usage.NONE
                .with(UsageUnit.INPUT, usage.path("inputTokens").asLong(0))
                .with(UsageUnit.OUTPUT, usage.path("outputTokens").asLong(0))
                .with(UsageUnit.CACHE_READ, usage.path("cacheReadTokens").asLong(0))
                .with(UsageUnit.CACHE_WRITE_5M, usage.path("cacheWrite5mTokens").asLong(0))
                .with(
                        UsageUnit.CACHE_WRITE_30M,
                        usage.path("cacheWrite30mTokens").asLong(0))
                .with(UsageUnit.CACHE_WRITE_1H, usage.path("cacheWrite1hTokens").asLong(0))
                .with(UsageUnit.IMAGE, usage.path("images").asLong(0))
                .with(UsageUnit.SEARCH_UNIT, usage.path("searchUnits").asLong(0));
        for (Map.Entry<String, JsonNode> units : usage.path("guardrailUnits").properties()) {
            int index = Slot.GUARDRAIL_NAMES.indexOf(units.getKey());
            sum = sum.with(Slot.GUARDRAIL_UNITS.get(index), units.getValue().asLong());
        }
        return sum;
    }

    @Override
    public String toString() {
        return id;
    }
}
