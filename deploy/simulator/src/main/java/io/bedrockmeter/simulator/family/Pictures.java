package io.bedrockmeter.simulator.family;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import tools.jackson.databind.JsonNode;

/** Pictures that a request holds, as the JDK reads them: PNG and JPEG. */
final class Pictures {
    private Pictures() {}

    /** Width × height of a picture in base64, or what is given instead where there is none that can be read. */
    static long pixels(JsonNode base64, long otherwise) {
        if (!base64.isString()) {
            return otherwise;
        }
        try (ImageInputStream picture = ImageIO.createImageInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(base64.asString())))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(picture);
            if (!readers.hasNext()) {
                return otherwise;
            }
            ImageReader reader = readers.next();
            reader.setInput(picture);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            reader.dispose();
            return pixels;
        } catch (IOException | IllegalArgumentException e) {
            return otherwise;
        }
    }
}
