package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** One native wire format, and which models speak it. */
public sealed interface Family permits ClaudeMessages, Nova, TitanText, TitanEmbeddings, Llama, Mistral, CohereEmbed {
    /** Nova's text models; those for images, video and speech answer otherwise. */
    List<String> NOVA_TEXT = List.of(
            "amazon.nova-micro-",
            "amazon.nova-lite-",
            "amazon.nova-pro-",
            "amazon.nova-premier-",
            "amazon.nova-2-lite-",
            "amazon.nova-2-pro-");

    /** The family of a base model; empty for a model that is not simulated. */
    static Optional<Family> of(String baseModel) {
        if (baseModel.startsWith("anthropic.claude-")) {
            return Optional.of(new ClaudeMessages());
        }
        if (NOVA_TEXT.stream().anyMatch(baseModel::startsWith)) {
            return Optional.of(new Nova());
        }
        if (baseModel.startsWith("amazon.titan-text-") || baseModel.startsWith("amazon.titan-tg1-")) {
            return Optional.of(new TitanText());
        }
        if (baseModel.startsWith("amazon.titan-embed-text-")) {
            return Optional.of(new TitanEmbeddings());
        }
        if (baseModel.startsWith("meta.llama")) {
            return Optional.of(new Llama());
        }
        if (baseModel.startsWith("mistral.")) {
            return Optional.of(new Mistral());
        }
        if (baseModel.startsWith("cohere.embed-")) {
            return Optional.of(new CohereEmbed());
        }
        return Optional.empty();
    }

    /** The body of an InvokeModel answer. */
    ObjectNode body(Generation generation, String text);

    /** The chunks of an InvokeModelWithResponseStream answer, made one at a time. */
    Iterator<ObjectNode> chunks(Generation generation);

    /** What takes the place of an answer where a guardrail blocked the input, on a stream. */
    default ObjectNode refusalChunk(Generation generation, String text) {
        return body(generation, text);
    }

    /** Whether it answers with vectors, so that there is no output, no stream and no Converse. */
    default boolean isEmbedding() {
        return false;
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
