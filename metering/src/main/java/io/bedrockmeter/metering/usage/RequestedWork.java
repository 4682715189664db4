package io.bedrockmeter.metering.usage;

import java.util.Map;

/**
 * What a request asks for that is not counted in tokens. Immutable.
 *
 * @param documents documents to be ranked, by the pieces that are billed
 * @param textsGiven texts handed in that are billed one by one; zero if none
 * @param imagesGiven images handed in; zero if none
 * @param mediaGiven whether audio or video is handed in, whose length no request tells
 * @param imagesAsked images to be made; zero if none
 * @param seconds length of the video to be made; zero if none, or if it is not told
 * @param attributes what narrows the units down to a price, such as the quality of an image, by the names of price books
 */
public record RequestedWork(
        DocumentPieces documents,
        long textsGiven,
        long imagesGiven,
        boolean mediaGiven,
        long imagesAsked,
        long seconds,
        Map<String, String> attributes) {
    /** Text only. */
    public static final RequestedWork NONE = new RequestedWork(DocumentPieces.NONE, 0, 0, false, 0, 0, Map.of());

    public RequestedWork {
        attributes = Map.copyOf(attributes);
    }

    /** Documents to be ranked. */
    public static RequestedWork ofDocuments(DocumentPieces documents) {
        return new RequestedWork(documents, 0, 0, false, 0, 0, Map.of());
    }

    /** Images handed in. */
    public static RequestedWork ofImagesGiven(long images) {
        return new RequestedWork(DocumentPieces.NONE, 0, images, false, 0, 0, Map.of());
    }

    /** Images to be made, of one kind. */
    public static RequestedWork ofImagesAsked(long images, Map<String, String> attributes) {
        return new RequestedWork(DocumentPieces.NONE, 0, 0, false, images, 0, attributes);
    }

    /** A video to be made. */
    public static RequestedWork ofSeconds(long seconds, Map<String, String> attributes) {
        return new RequestedWork(DocumentPieces.NONE, 0, 0, false, 0, seconds, attributes);
    }
}
