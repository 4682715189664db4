package io.bedrockmeter.simulator.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer's bytes are made and timed.
 *
 * @param eventDelayMillis the pause before every event, or before every piece where {@code chunkBytes} is given
 * @param events how many text deltas a stream has
 * @param eventBytes the length of the text in each of them
 * @param chunkBytes sizes of the pieces written, used in turn; each is flushed by itself
 * @param bodyBytes the least length of a unary body, filled up lazily
 */
public record Pace(
        @Nullable Long firstByteDelayMillis,
        @Nullable Long eventDelayMillis,
        @Nullable Integer events,
        @Nullable Integer eventBytes,
        @Nullable List<Integer> chunkBytes,
        @Nullable Long bodyBytes) {
    public static final Pace DEFAULT = new Pace(null, null, null, null, null, null);

    public Pace {
        chunkBytes = chunkBytes == null ? null : List.copyOf(chunkBytes);
        if (chunkBytes != null && chunkBytes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("pace.chunkBytes holds a size below 1: " + chunkBytes);
        }
    }

    public Pace withFirstByteDelayMillis(long millis) {
        return new Pace(millis, eventDelayMillis, events, eventBytes, chunkBytes, bodyBytes);
    }

    public Pace withEventDelayMillis(long millis) {
        return new Pace(firstByteDelayMillis, millis, events, eventBytes, chunkBytes, bodyBytes);
    }

    public Pace withEvents(int count, int bytesEach) {
        return new Pace(firstByteDelayMillis, eventDelayMillis, count, bytesEach, chunkBytes, bodyBytes);
    }

    public Pace withChunkBytes(Integer... sizes) {
        return new Pace(firstByteDelayMillis, eventDelayMillis, events, eventBytes, List.of(sizes), bodyBytes);
    }

    public Pace withBodyBytes(long atLeast) {
        return new Pace(firstByteDelayMillis, eventDelayMillis, events, eventBytes, chunkBytes, atLeast);
    }
}
