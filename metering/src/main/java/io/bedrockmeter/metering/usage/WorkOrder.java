package io.bedrockmeter.metering.usage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for besides text, as it is being read; in the end it is told in the words of price books. What a
 * request leaves out is what the model then does. Mutable, confined to its reader.
 */
final class WorkOrder {
    /** Where the numbers of its facts begin; those below are the request's own. */
    static final int FACTS = 16;

    static final int IMAGES_GIVEN = FACTS;
    static final int MEDIA_GIVEN = FACTS + 1;
    static final int SHOTS = FACTS + 2;
    static final int COUNT = FACTS + 3;
    static final int WIDTH = FACTS + 4;
    static final int HEIGHT = FACTS + 5;
    static final int STEPS = FACTS + 6;
    static final int SECONDS = FACTS + 7;
    static final int FRAMES_PER_SECOND = FACTS + 8;
    static final int TASK = FACTS + 9;
    static final int QUALITY = FACTS + 10;
    static final int RESOLUTION = FACTS + 11;
    static final int DURATION = FACTS + 12;
    static final int DETAIL = FACTS + 13;

    private static final int FACTS_END = FACTS + 14;

    /** The image that is edited, in base64. */
    static final int EDITED = FACTS_END;

    /** One of the documents to be ranked, and what they are ranked by: only their lengths are read. */
    static final int DOCUMENT = FACTS_END + 1;

    static final int QUERY = FACTS_END + 2;

    private static final long SHOT_SECONDS = 6;
    private static final long STEPS_FEW = 50;
    private static final long STEPS_DEFAULT = 30;

    private final long[] numbers = new long[FACTS_END - FACTS];
    private final @Nullable String[] texts = new String[FACTS_END - FACTS];
    private @Nullable ImageSize edited;
    private @Nullable DocumentSizes ranked;

    void onNumber(int fact, long value) {
        // Zero means the same as leaving it out: the model refuses it or takes its default.
        numbers[fact - FACTS] = Math.max(numbers[fact - FACTS], value);
    }

    void onText(int fact, String value) {
        texts[fact - FACTS] = value;
    }

    void onValue(int fact) {
        numbers[fact - FACTS]++;
    }

    /** Shows a piece of the image that is edited. */
    void onBytes(byte[] base64, int from, int to) {
        if (edited == null) {
            edited = new ImageSize();
        }
        edited.read(base64, from, to);
    }

    /** Shows how long a document is, or the query. */
    void onSize(int fact, long bytes) {
        if (ranked == null) {
            ranked = new DocumentSizes();
        }
        if (fact == DOCUMENT) {
            ranked.addDocument(bytes);
        } else {
            ranked.takeQuery(bytes);
        }
    }

    /** All of it, for a model of a family. */
    RequestedWork work(Family family) {
        return switch (family.work()) {
            case TEXT -> text();
            case IMAGES -> RequestedWork.ofImagesAsked(number(COUNT, 1), imageAttributes(family.imageSizes()));
            case DIFFUSION -> RequestedWork.ofImagesAsked(number(COUNT, 1), diffusionAttributes(family.imageSizes()));
            case PLAIN_IMAGES -> RequestedWork.ofImagesAsked(1, Map.of());
            case NOVA_EMBEDDING -> novaEmbedding();
            case MARENGO -> marengo();
            case MEDIA_TO_TEXT -> new RequestedWork(DocumentPieces.NONE, 0, 0, true, 0, 0, Map.of());
            case REEL -> RequestedWork.ofSeconds(reelSeconds(), videoAttributes("1280x720"));
            case LUMA -> RequestedWork.ofSeconds(seconds(text(DURATION, "5s")), videoAttributes("720p"));
        };
    }

    private RequestedWork text() {
        DocumentPieces documents = ranked == null ? DocumentPieces.NONE : ranked.pieces();
        long images = number(IMAGES_GIVEN, 0);
        return documents.least() == 0 && images == 0
                ? RequestedWork.NONE
                : new RequestedWork(documents, 0, images, false, 0, 0, Map.of());
    }

    private Map<String, String> imageAttributes(List<String> sizes) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("quality", text(QUALITY, "standard"));
        String task = text(TASK, "");
        switch (task) {
            case "TEXT_IMAGE", "COLOR_GUIDED_GENERATION" -> attributes.put("task", "T2I");
            case "IMAGE_VARIATION", "INPAINTING", "OUTPAINTING", "BACKGROUND_REMOVAL", "VIRTUAL_TRY_ON" ->
                attributes.put("task", "I2I");
            default -> {}
        }
        boolean editsAnImage = switch (task) {
            case "INPAINTING", "OUTPAINTING", "BACKGROUND_REMOVAL", "VIRTUAL_TRY_ON" -> true;
            default -> false;
        };
        putSize(attributes, editsAnImage, sizes, 1024);
        return attributes;
    }

    private Map<String, String> diffusionAttributes(List<String> sizes) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("steps", number(STEPS, STEPS_DEFAULT) <= STEPS_FEW ? "<=50" : ">50");
        putSize(attributes, edited != null, sizes, 512);
        return attributes;
    }

    /**
     * An edited image is as large as it was. Where that cannot be read, the size asked for stands, and without one there is none:
     * nobody knows it.
     */
    private void putSize(Map<String, String> attributes, boolean editsAnImage, List<String> sizes, long side) {
        if (editsAnImage && edited != null && edited.pixels() > 0) {
            attributes.put("resolution", size(sizes, edited.pixels()));
        } else if (!editsAnImage || number(WIDTH, 0) > 0) {
            attributes.put("resolution", size(sizes, number(WIDTH, side) * number(HEIGHT, side)));
        }
    }

    /** The first size that holds as many pixels; the last holds any number. */
    private static String size(List<String> sizes, long pixels) {
        for (String size : sizes.subList(0, sizes.size() - 1)) {
            long limit = Long.parseLong(size);
            if (pixels <= limit * limit) {
                return size;
            }
        }
        return sizes.getLast();
    }

    private RequestedWork novaEmbedding() {
        boolean document = text(DETAIL, "").equals("DOCUMENT_IMAGE");
        return new RequestedWork(
                DocumentPieces.NONE,
                0,
                number(IMAGES_GIVEN, 0),
                number(MEDIA_GIVEN, 0) > 0,
                0,
                0,
                document ? Map.of("kind", "document") : Map.of());
    }

    private RequestedWork marengo() {
        return switch (text(TASK, "")) {
            case "text" -> new RequestedWork(DocumentPieces.NONE, 1, 0, false, 0, 0, Map.of());
            case "image" -> new RequestedWork(DocumentPieces.NONE, 0, 1, false, 0, 0, Map.of());
            case "text_image" -> new RequestedWork(DocumentPieces.NONE, 1, 1, false, 0, 0, Map.of());
            default -> new RequestedWork(DocumentPieces.NONE, 0, 0, true, 0, 0, Map.of());
        };
    }

    private long reelSeconds() {
        long shots = number(SHOTS, 1);
        return number(SECONDS, shots * SHOT_SECONDS);
    }

    private Map<String, String> videoAttributes(String resolution) {
        return Map.of("resolution", text(RESOLUTION, resolution), "fps", Long.toString(number(FRAMES_PER_SECOND, 24)));
    }

    /** The seconds of {@code 9s}; zero if it says something else. */
    private static long seconds(String duration) {
        int length = duration.length() - 1;
        if (length < 1 || length > 4 || duration.charAt(length) != 's') {
            return 0;
        }
        long seconds = 0;
        for (int i = 0; i < length; i++) {
            int digit = duration.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            seconds = seconds * 10 + digit;
        }
        return seconds;
    }

    private long number(int fact, long otherwise) {
        long number = numbers[fact - FACTS];
        return number > 0 ? number : otherwise;
    }

    private String text(int fact, String otherwise) {
        String text = texts[fact - FACTS];
        return text == null ? otherwise : text;
    }
}
