package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Images of Nova Canvas and Titan: those that are returned are billed, by task, quality and size. An edited one keeps its size. */
public final class AmazonImages implements Family {
    static final String IMAGE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
    private static final long SMALL_PIXELS_MAX = 512L * 512;
    private static final long MIDDLE_PIXELS_MAX = 1024L * 1024;

    @Override
    public Kind kind() {
        return Kind.IMAGE;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.NONE;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        return Counts.ofOthers(Map.of("image", asked(request)));
    }

    @Override
    public Map<String, String> attributes(JsonNode request) {
        JsonNode config = request.path("imageGenerationConfig");
        boolean fromText = request.path("taskType").asString("TEXT_IMAGE").equals("TEXT_IMAGE")
                && !request.path("textToImageParams").has("conditionImage");
        long asked = config.path("width").asLong(1024) * config.path("height").asLong(1024);
        long pixels = Pictures.pixels(edited(request), asked);
        String resolution = pixels <= SMALL_PIXELS_MAX ? "512" : pixels <= MIDDLE_PIXELS_MAX ? "1024" : "2048";
        return Map.of(
                "task",
                fromText ? "T2I" : "I2I",
                "quality",
                config.path("quality").asString("standard"),
                "resolution",
                resolution);
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        long returned = generation.counts().other("image");
        ArrayNode images = body.putArray("images");
        for (long number = 0; number < returned; number++) {
            images.add(IMAGE);
        }
        if (returned == asked(generation.request())) {
            return body.putNull("error");
        }
        return body.put(
                "error",
                (returned == 0 ? "All" : "Some")
                        + " of the generated images have been blocked by our content filters.");
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }

    private static JsonNode edited(JsonNode request) {
        return switch (request.path("taskType").asString("TEXT_IMAGE")) {
            case "INPAINTING" -> request.at("/inPaintingParams/image");
            case "OUTPAINTING" -> request.at("/outPaintingParams/image");
            case "BACKGROUND_REMOVAL" -> request.at("/backgroundRemovalParams/image");
            case "VIRTUAL_TRY_ON" -> request.at("/virtualTryOnParams/sourceImage");
            default -> MissingNode.getInstance();
        };
    }

    private static long asked(JsonNode request) {
        return request.path("imageGenerationConfig").path("numberOfImages").asLong(1);
    }
}
