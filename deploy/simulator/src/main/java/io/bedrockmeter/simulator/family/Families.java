package io.bedrockmeter.simulator.family;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Which family a model belongs to, by its identifier. The first pattern that fits decides. */
final class Families {
    private static final Map<Pattern, Family> BY_MODEL = new LinkedHashMap<>();

    static {
        add("amazon\\.nova-(2-)?(micro|lite|pro|premier|omni)-.*", new Nova());
        add("amazon\\.nova-canvas-.*|amazon\\.titan-image-generator-.*", new AmazonImages());
        add("amazon\\.nova-2-multimodal-embeddings-.*", new NovaEmbeddings());
        add("amazon\\.titan-(text|tg1)-.*", new TitanText());
        add("amazon\\.titan-embed-.*", new TitanEmbeddings());
        add("(amazon|cohere)\\.rerank-.*", new Rerank());
        add("meta\\.llama.*", new Llama());
        add("mistral\\.(mistral-7b|mixtral-8x7b|mistral-small-2402|mistral-large-2402)-.*", new Mistral());
        add("cohere\\.embed-.*", new CohereEmbed());
        add("cohere\\.command-r-.*", new CohereCommandR());
        add("cohere\\.command-.*", new CohereCommand());
        add("ai21\\.j2-.*", new Jurassic());
        add("stability\\..*", new StabilityImages());
        add("twelvelabs\\.pegasus-.*", new Pegasus());
        add("twelvelabs\\.marengo-.*", new Marengo());
        add("deepseek\\.r1-.*", new DeepSeekR1());
        add("own\\.model", new OwnModel());
        add(
                "(openai\\.gpt|qwen|deepseek|google\\.gemma|moonshot|moonshotai|minimax|nvidia|zai|xai|writer"
                        + "|mistral|ai21\\.jamba)[.-].*",
                new OpenAiChat());
    }

    private Families() {}

    static Optional<Family> of(String baseModel, JsonNode request) {
        if (baseModel.startsWith("anthropic.claude-")) {
            boolean old = baseModel.startsWith("anthropic.claude-v") || baseModel.contains("-instant-");
            return Optional.of(old && !request.has("messages") ? new ClaudeText() : new ClaudeMessages());
        }
        for (Map.Entry<Pattern, Family> entry : BY_MODEL.entrySet()) {
            if (entry.getKey().matcher(baseModel).matches()) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    private static void add(String models, Family family) {
        BY_MODEL.put(Pattern.compile(models), family);
    }
}
