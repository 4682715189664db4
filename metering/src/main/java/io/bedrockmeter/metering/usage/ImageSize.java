package io.bedrockmeter.metering.usage;

/**
 * Finds the size of an image in its first bytes as they pass in base64, keeping none of them but the head: PNG, JPEG and WebP.
 * Confined to its reader.
 *
 * <p>The size of a PNG or a WebP stands in its first 30 bytes. That of a JPEG stands behind its metadata, which are walked over;
 * what does not come within {@link #BYTES_MAX} is not waited for. Whatever the bytes are, it ends with a size or without.
 * Source: PNG 1.2 §11.2.2; RFC 9649 §2.4 to 2.7; ITU-T T.81 annex B.
 */
final class ImageSize {
    /** How far a size is looked for: more than the colour profiles and previews of any usual JPEG. */
    static final int BYTES_MAX = 1 << 20;

    private static final int HEAD_BYTES = 30;
    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int RIFF = 0x52494646;
    private static final int WEBP = 0x57454250;
    private static final int LOSSY = 0x56503820;
    private static final int LOSSLESS = 0x5650384C;
    private static final int EXTENDED = 0x56503858;
    private static final int LOSSY_START = 0x9D012A;
    private static final int LOSSLESS_SIGNATURE = 0x2F;

    private final Base64Feed base64 = new Base64Feed(this::feed);
    private final byte[] head = new byte[HEAD_BYTES];
    private final JpegWalk jpeg = new JpegWalk();
    private int seen;
    private long pixels;
    private boolean settled;

    /** Shows the next characters. Once nothing more can be learnt they cost nothing. */
    void read(byte[] text, int from, int to) {
        if (!settled) {
            base64.feed(text, from, to);
        }
    }

    /** Width × height; 0 if it is not known. */
    long pixels() {
        return pixels;
    }

    private void feed(byte[] bytes, int from, int to) {
        for (int i = from; i < to && !settled; i++) {
            next(bytes[i]);
        }
    }

    private void next(byte b) {
        if (seen < HEAD_BYTES) {
            head[seen] = b;
        }
        seen++;
        if (isJpeg()) {
            settle(jpeg.next(b));
        } else if (seen == HEAD_BYTES) {
            pixels = pixelsOfHead();
            settled = true;
        }
    }

    /** A JPEG begins with a marker; its walk begins behind the first byte, which nothing else begins with. */
    private boolean isJpeg() {
        return (head[0] & 0xFF) == JpegWalk.MARKER;
    }

    private void settle(JpegWalk.Found found) {
        switch (found) {
            case NOTHING_YET -> settled = seen >= BYTES_MAX;
            case NOTHING -> settled = true;
            case SIZE -> {
                pixels = jpeg.pixels();
                settled = true;
            }
        }
    }

    private long pixelsOfHead() {
        if (bigEndian(0, 8) == PNG_SIGNATURE && bigEndian(12, 4) == IHDR) {
            return product(bigEndian(16, 4), bigEndian(20, 4));
        }
        if (bigEndian(0, 4) != RIFF || bigEndian(8, 4) != WEBP) {
            return 0;
        }
        int chunk = (int) bigEndian(12, 4);
        if (chunk == EXTENDED) {
            return product(littleEndian(24, 3) + 1, littleEndian(27, 3) + 1);
        }
        if (chunk == LOSSY && bigEndian(23, 3) == LOSSY_START) {
            return product(littleEndian(26, 2) & 0x3FFF, littleEndian(28, 2) & 0x3FFF);
        }
        if (chunk == LOSSLESS && head[20] == LOSSLESS_SIGNATURE) {
            long sides = littleEndian(21, 4);
            return product((sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1);
        }
        return 0;
    }

    /** No side of a PNG is longer than 2³¹ - 1; one that says so is none. */
    private static long product(long width, long height) {
        return width > Integer.MAX_VALUE || height > Integer.MAX_VALUE ? 0 : width * height;
    }

    private long bigEndian(int at, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = (value << 8) | (head[at + i] & 0xFF);
        }
        return value;
    }

    private long littleEndian(int at, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (head[at + i] & 0xFF);
        }
        return value;
    }

    /** A walk over the segments of a JPEG, a byte at a time, to the one that begins a frame and has its size. */
    private static final class JpegWalk {
        static final int MARKER = 0xFF;

        private static final int END_OF_IMAGE = 0xD9;
        private static final int START_OF_SCAN = 0xDA;
        private static final int LENGTH_BYTES = 2;

        /** Length, precision, height, width. */
        private static final int FRAME_BYTES = 7;

        /** What a byte told. */
        enum Found {
            NOTHING_YET,
            NOTHING,
            SIZE
        }

        private boolean inMarker;
        private boolean isFrame;

        /** Bytes at the beginning of the segment that are still to be read. */
        private int wanted;

        /** What the last of those said. */
        private long read;

        /** Bytes of the segment that are still to be passed over. */
        private int unread;

        Found next(byte b) {
            int value = b & 0xFF;
            if (unread > 0) {
                unread--;
                return Found.NOTHING_YET;
            }
            if (wanted > 0) {
                return inSegment(value);
            }
            if (inMarker) {
                return marker(value);
            }
            inMarker = value == MARKER;
            return inMarker ? Found.NOTHING_YET : Found.NOTHING;
        }

        long pixels() {
            return (read >> 16 & 0xFFFF) * (read & 0xFFFF);
        }

        private Found marker(int code) {
            if (code == MARKER) {
                return Found.NOTHING_YET;
            }
            inMarker = false;
            boolean standsAlone = (code >= 0xD0 && code <= 0xD8) || code == 0x01;
            if (standsAlone) {
                return Found.NOTHING_YET;
            }
            isFrame = code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
            wanted = isFrame ? FRAME_BYTES : LENGTH_BYTES;
            read = 0;
            return code == START_OF_SCAN || code == END_OF_IMAGE || code < 0xC0 ? Found.NOTHING : Found.NOTHING_YET;
        }

        private Found inSegment(int value) {
            read = read << 8 | value;
            wanted--;
            if (wanted > 0) {
                return Found.NOTHING_YET;
            }
            if (isFrame) {
                return Found.SIZE;
            }
            unread = (int) read - LENGTH_BYTES;
            return unread < 0 ? Found.NOTHING : Found.NOTHING_YET;
        }
    }
}
