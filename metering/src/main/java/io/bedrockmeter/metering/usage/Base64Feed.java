package io.bedrockmeter.metering.usage;

import java.util.Arrays;

/**
 * A base64 decoder that is pushed its text in pieces cut anywhere and pushes the bytes on, a few kilobytes at a time.
 * Keeps at most three characters between two pieces.
 */
final class Base64Feed {
    private static final int OUT_BYTES = 3 * 1024;
    private static final byte[] SEXTETS = new byte[256];

    /** Who is shown the bytes, between two indices of an array that is good for the call only. */
    @FunctionalInterface
    interface Sink {
        /** Shows the next bytes. */
        void feed(byte[] bytes, int from, int to);
    }

    /** Decoded bytes on their way to the sink: one per thread, because a call never leaves anything in it. */
    private static final ThreadLocal<byte[]> OUT = ThreadLocal.withInitial(() -> new byte[OUT_BYTES]);

    static {
        Arrays.fill(SEXTETS, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            SEXTETS[alphabet.charAt(i)] = (byte) i;
        }
    }

    private final Sink sink;
    private int bits;
    private int characters;
    private int padding;
    private boolean bad;

    Base64Feed(Sink sink) {
        this.sink = sink;
    }

    void reset() {
        bits = 0;
        characters = 0;
        padding = 0;
        bad = false;
    }

    void feed(byte[] text, int from, int to) {
        byte[] out = OUT.get();
        int length = 0;
        int i = from;
        while (i < to && !bad) {
            if (characters == 0 && padding == 0) {
                int groups = Math.min((to - i) / 4, (out.length - length) / 3);
                int end = groups(text, i, groups, out, length);
                length += (end - i) / 4 * 3;
                i = end;
            }
            if (i < to) {
                length = one(text[i++], out, length);
            }
            if (length > out.length - 3) {
                sink.feed(out, 0, length);
                length = 0;
            }
        }
        sink.feed(out, 0, length);
    }

    /** Decodes whole groups of four, up to the first that is not; the index where it stopped. */
    private static int groups(byte[] text, int from, int groups, byte[] out, int at) {
        int i = from;
        int o = at;
        for (int end = from + groups * 4; i < end; i += 4) {
            int word = SEXTETS[text[i] & 0xFF] << 18
                    | SEXTETS[text[i + 1] & 0xFF] << 12
                    | SEXTETS[text[i + 2] & 0xFF] << 6
                    | SEXTETS[text[i + 3] & 0xFF];
            if (word < 0) {
                break;
            }
            out[o] = (byte) (word >> 16);
            out[o + 1] = (byte) (word >> 8);
            out[o + 2] = (byte) word;
            o += 3;
        }
        return i;
    }

    private int one(byte c, byte[] out, int at) {
        if (c == '=') {
            padding++;
            return at;
        }
        int sextet = SEXTETS[c & 0xFF];
        if (sextet < 0 || padding > 0) {
            bad = true;
            return at;
        }
        bits = bits << 6 | sextet;
        characters++;
        return characters == 4 ? flush(3, out, at) : at;
    }

    private int flush(int bytes, byte[] out, int at) {
        for (int i = 0; i < bytes; i++) {
            out[at + i] = (byte) (bits >> (16 - 8 * i));
        }
        bits = 0;
        characters = 0;
        return at + bytes;
    }

    /**
     * Ends the text.
     *
     * @return whether it was base64
     */
    boolean finish() {
        if (bad || characters == 1 || padding > 2) {
            return false;
        }
        if (characters > 0) {
            bits <<= 6 * (4 - characters);
            byte[] out = OUT.get();
            sink.feed(out, 0, flush(characters - 1, out, 0));
        }
        return true;
    }
}
