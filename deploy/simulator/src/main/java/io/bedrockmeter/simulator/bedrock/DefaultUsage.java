package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.ImplicitCache;
import io.bedrockmeter.simulator.truth.Counts;
import java.util.Map;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;

/**
 * The token counts of a call that no script sets: input from the length of the body, output from its checksum within the
 * limit the call sets, cached tokens from its cache markers. The same request gives the same numbers, but for the cache.
 */
final class DefaultUsage {
    private static final int BYTES_PER_TOKEN = 4;
    private static final int OUTPUT_LEAST = 16;
    private static final int OUTPUT_SPREAD = 240;
    /** Below it a prompt is not cached, and nobody is told. */
    private static final int CACHED_TOKENS_LEAST = 1024;

    private final PromptCache cache;

    DefaultUsage(PromptCache cache) {
        this.cache = cache;
    }

    Counts of(Received request, JsonNode json, ModelId model, Family family) {
        long tokens = Math.max(1, request.body().length / BYTES_PER_TOKEN);
        if (family.kind() == Family.Kind.EMBEDDING) {
            return new Counts(tokens, 0, 0, 0, 0);
        }
        long output = Math.min(
                outputMax(json), OUTPUT_LEAST + checksum(request.body(), request.body().length) % OUTPUT_SPREAD);
        Counts uncached = new Counts(tokens, output, 0, 0, 0);
        ImplicitCache implicit = ImplicitCache.of(model.base());
        if (implicit != ImplicitCache.NONE) {
            return withImplicitCache(request, model, implicit, uncached);
        }
        return family.cachesPromptsOf(model.base()) ? withCache(request, model, family, uncached) : uncached;
    }

    /** A prompt that begins like an earlier one reads what they have in common, in steps of the least that is cached. */
    private Counts withImplicitCache(Received request, ModelId model, ImplicitCache implicit, Counts uncached) {
        long cached = uncached.input() / CACHED_TOKENS_LEAST * CACHED_TOKENS_LEAST;
        if (cached == 0) {
            return uncached;
        }
        long hash = checksum(request.body(), (int) cached * BYTES_PER_TOKEN) * 31
                + model.base().hashCode();
        long input = uncached.input() - cached;
        if (cache.readOrWrite(hash)) {
            return new Counts(input, uncached.output(), cached, 0, 0);
        }
        return implicit == ImplicitCache.READ_AND_WRITE
                ? new Counts(input, uncached.output(), 0, 0, cached, 0, Map.of())
                : uncached;
    }

    private Counts withCache(Received request, ModelId model, Family family, Counts uncached) {
        String body = request.bodyAsLatin1();
        int marker = Math.max(body.lastIndexOf("\"cachePoint\""), body.lastIndexOf("\"cache_control\""));
        long cached = marker / BYTES_PER_TOKEN;
        if (cached < CACHED_TOKENS_LEAST) {
            return uncached;
        }
        long input = Math.max(1, uncached.input() - cached);
        if (cache.readOrWrite(
                checksum(request.body(), marker) * 31 + model.base().hashCode())) {
            return new Counts(input, uncached.output(), cached, 0, 0);
        }
        int end = body.indexOf('}', marker);
        boolean oneHour = family.splitsCacheWritesOf(model.base())
                && body.substring(marker, end < 0 ? body.length() : end).contains("\"1h\"");
        return new Counts(input, uncached.output(), 0, oneHour ? 0 : cached, oneHour ? cached : 0);
    }

    /** The limit on output that the call sets in the words of its family. */
    static long outputMax(JsonNode json) {
        long max = Long.MAX_VALUE;
        for (JsonNode limit : new JsonNode[] {
            json.path("max_tokens"),
            json.path("max_completion_tokens"),
            json.path("max_output_tokens"),
            json.path("max_tokens_to_sample"),
            json.path("maxTokens"),
            json.path("maxOutputTokens"),
            json.path("max_gen_len"),
            json.path("inferenceConfig").path("maxTokens"),
            json.path("inferenceConfig").path("max_new_tokens"),
            json.path("textGenerationConfig").path("maxTokenCount")
        }) {
            max = limit.isNumber() ? Math.min(max, Math.max(1, limit.asLong(1))) : max;
        }
        return max;
    }

    static long checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }
}
