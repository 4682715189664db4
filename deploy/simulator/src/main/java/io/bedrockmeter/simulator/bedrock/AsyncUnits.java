package io.bedrockmeter.simulator.bedrock;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What an asynchronous invocation is billed, as its request tells. */
record AsyncUnits(Map<String, Long> counts, Map<String, String> attributes) {
    /** How long a film or a sound is that no script says the length of. */
    private static final long MEDIA_SECONDS = 30;

    /** Empty where the model cannot be invoked so. */
    static Optional<AsyncUnits> of(String model, JsonNode input) {
        if (model.startsWith("amazon.nova-reel-")) {
            JsonNode config = input.path("videoGenerationConfig");
            return Optional.of(new AsyncUnits(
                    Map.of("video_second", config.path("durationSeconds").asLong(6)),
                    Map.of(
                            "resolution", config.path("dimension").asString("1280x720"),
                            "fps", config.path("fps").asString("24"))));
        }
        if (model.startsWith("luma.ray-")) {
            long seconds = Long.parseLong(input.path("duration").asString("5s").replace("s", ""));
            return Optional.of(new AsyncUnits(
                    Map.of("video_second", seconds),
                    Map.of("resolution", input.path("resolution").asString("720p"))));
        }
        if (model.startsWith("twelvelabs.marengo-")) {
            return Optional.of(new AsyncUnits(media(input.path("inputType").asString("video")), Map.of()));
        }
        if (model.startsWith("amazon.nova-2-multimodal-embeddings-")) {
            JsonNode params = input.path("segmentedEmbeddingParams");
            return Optional.of(new AsyncUnits(
                    media(params.has("audio") ? "audio" : params.has("text") ? "text" : "video"), Map.of()));
        }
        return Optional.empty();
    }

    private static Map<String, Long> media(String kind) {
        return switch (kind) {
            case "text" -> Map.of("text_request", 1L);
            case "image" -> Map.of("image_input", 1L);
            case "audio" -> Map.of("audio_input_second", MEDIA_SECONDS);
            default -> Map.of("video_input_second", MEDIA_SECONDS);
        };
    }
}
