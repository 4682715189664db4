package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Nova's multimodal embeddings: text by the token, images by the piece, sound and film by the second. */
public final class NovaEmbeddings implements Family {
    /** How long a piece of sound or film is that no script says the length of. */
    private static final long MEDIA_SECONDS = 10;

    @Override
    public Kind kind() {
        return Kind.EMBEDDING;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.INPUT;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        return switch (medium(request)) {
            case "image" -> Counts.ofOthers(Map.of("image_input", 1L));
            case "audio" -> Counts.ofOthers(Map.of("audio_input_second", MEDIA_SECONDS));
            case "video" -> Counts.ofOthers(Map.of("video_input_second", MEDIA_SECONDS));
            default -> tokens;
        };
    }

    @Override
    public Map<String, String> attributes(JsonNode request) {
        JsonNode image = request.path("singleEmbeddingParams").path("image");
        if (image.isMissingNode()) {
            return Map.of();
        }
        boolean document = image.path("detailLevel").asString("").equals("DOCUMENT_IMAGE");
        return Map.of("kind", document ? "document" : "standard");
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        ObjectNode embedding = body.putArray("embeddings").addObject();
        embedding.put("embeddingType", medium(generation.request()).toUpperCase(Locale.ROOT));
        Vector.fill(embedding.putArray("embedding"), 1);
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }

    private static String medium(JsonNode request) {
        JsonNode asked = request.path("singleEmbeddingParams");
        for (String medium : new String[] {"image", "audio", "video"}) {
            if (asked.has(medium)) {
                return medium;
            }
        }
        return "text";
    }
}
