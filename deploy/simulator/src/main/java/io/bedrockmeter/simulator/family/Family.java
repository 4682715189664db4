package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One native wire format of a model. */
public sealed interface Family
        permits AmazonImages,
                ClaudeMessages,
                ClaudeText,
                CohereCommand,
                CohereCommandR,
                CohereEmbed,
                DeepSeekR1,
                Jurassic,
                Llama,
                Marengo,
                Mistral,
                Nova,
                NovaEmbeddings,
                OpenAiChat,
                OwnModel,
                Pegasus,
                Rerank,
                StabilityImages,
                TitanEmbeddings,
                TitanText {
    /** What a model makes. */
    enum Kind {
        /** Text, token by token: it can be streamed, and Converse speaks to it. */
        TEXT,
        /** Text in one piece. */
        TEXT_UNSTREAMED,
        /** Vectors. */
        EMBEDDING,
        /** An order of documents. */
        RANKING,
        /** Images. */
        IMAGE
    }

    /** The token counts that the InvokeModel answer has in headers. */
    enum TokenHeaders {
        BOTH,
        INPUT,
        NONE
    }

    /** The family of a base model for a request; empty for a model that is not simulated. */
    static Optional<Family> of(String baseModel, JsonNode request) {
        return Families.of(baseModel, request);
    }

    /** The body of an InvokeModel answer. */
    ObjectNode body(Generation generation, String text);

    /** The chunks of an InvokeModelWithResponseStream answer, made one at a time. */
    Iterator<ObjectNode> chunks(Generation generation);

    /** What takes the place of an answer where a guardrail blocked the input, on a stream. */
    default ObjectNode refusalChunk(Generation generation, String text) {
        return body(generation, text);
    }

    default Kind kind() {
        return Kind.TEXT;
    }

    default TokenHeaders tokenHeaders() {
        return TokenHeaders.BOTH;
    }

    /** What is billed for a request, from the tokens that it was found to have. */
    default Counts counts(JsonNode request, Counts tokens) {
        return tokens;
    }

    /** What narrows the price of the units down. */
    default Map<String, String> attributes(JsonNode request) {
        return Map.of();
    }

    /** Whether prompts of this model can be cached. */
    default boolean cachesPromptsOf(String baseModel) {
        return false;
    }

    /** Whether this model says how long each cached token is kept. */
    default boolean splitsCacheWritesOf(String baseModel) {
        return false;
    }

    /** Whether the InvokeModel answer has the header of tokens read from the cache. */
    default boolean showsCacheReadHeader(Generation generation) {
        return false;
    }

    /** Whether the InvokeModel answer has the header of tokens written to the cache. */
    default boolean showsCacheWriteHeader(Generation generation) {
        return showsCacheReadHeader(generation);
    }
}
