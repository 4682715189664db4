package io.bedrockmeter.simulator.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Text without meaning, of any length, safe inside a JSON string. */
final class Filler {
    /** Stands in a rendered body where a long filler goes. */
    static final String PLACE = "(filler goes here)";

    private static final String WORDS = "The meter reads what passes and adds nothing of its own. ";
    private static final int PIECE_BYTES = 16 * 1024;

    private Filler() {}

    static String text(int length) {
        return WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
    }

    /** A body with its {@link #PLACE} filled up to a length, piece by piece. */
    static Iterator<byte[]> filledUp(String body, long length) {
        int place = body.indexOf(PLACE);
        byte[] before = body.substring(0, place).getBytes(StandardCharsets.UTF_8);
        byte[] after = body.substring(place + PLACE.length()).getBytes(StandardCharsets.UTF_8);
        byte[] piece = text(PIECE_BYTES).getBytes(StandardCharsets.US_ASCII);
        long filler = fillerBytes(before.length + after.length, length);
        byte[] rest = text((int) (filler % PIECE_BYTES)).getBytes(StandardCharsets.US_ASCII);
        Stream<byte[]> whole = LongStream.range(0, filler / PIECE_BYTES).mapToObj(index -> piece);
        return Stream.of(Stream.of(before), whole, Stream.of(rest, after))
                .flatMap(part -> part)
                .iterator();
    }

    /** The length that {@link #filledUp} gives. */
    static long lengthOf(String body, long length) {
        int fixed = body.getBytes(StandardCharsets.UTF_8).length - PLACE.length();
        return fixed + fillerBytes(fixed, length);
    }

    private static long fillerBytes(long fixedBytes, long length) {
        return Math.max(0, length - fixedBytes);
    }
}
