package io.bedrockmeter.metering.usage;

import java.util.Map;

/**
 * What a request asks for that is not counted in tokens. Immutable.
 *
 * @param documents documents to be ranked; zero if none
 * @param imagesGiven images handed in; zero if none
 * @param imagesAsked images to be made; zero if it does not say
 * @param seconds length of the video to be made; zero if it does not say
 * @param attributes what narrows the unit down to a price, such as the quality of an image, by name
 */
public record RequestedWork(
        long documents, long imagesGiven, long imagesAsked, long seconds, Map<String, String> attributes) {
    /** Text only. */
    public static final RequestedWork NONE = new RequestedWork(0, 0, 0, 0, Map.of());

    public RequestedWork {
        attributes = Map.copyOf(attributes);
    }

    /** Documents to be ranked. */
    public static RequestedWork ofDocuments(long documents) {
        return new RequestedWork(documents, 0, 0, 0, Map.of());
    }

    /** Images handed in. */
    public static RequestedWork ofImagesGiven(long images) {
        return new RequestedWork(0, images, 0, 0, Map.of());
    }
}
