package io.bedrockmeter.simulator.call;

import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One answer, ready to be written: head, a body generated piece by piece while it is read, an ending, and the bill.
 * Used once; its body is an iterator.
 */
public record Answer(Head head, Body body, Cut cut, Timing timing, Optional<TruthEntry> truth) {
    /** Before the head, instead of a number of body bytes. */
    public static final long BEFORE_HEAD = -1;

    public Answer(Head head, Body body, Cut cut, Timing timing, TruthEntry truth) {
        this(head, body, cut, timing, Optional.of(truth));
    }

    /** An answer that leaves no line in the truth log. */
    public static Answer withoutBill(Head head, Body body, Cut cut, Timing timing) {
        return new Answer(head, body, cut, timing, Optional.empty());
    }

    /** Status and headers, without framing. */
    public record Head(int status, List<Header> headers) {
        public Head {
            headers = List.copyOf(headers);
        }
    }

    /** The bytes; a length of {@link #UNKNOWN_LENGTH} means chunked. */
    public record Body(Iterator<byte[]> pieces, long length, boolean flushEach) {
        public static final long UNKNOWN_LENGTH = -1;

        public static Body of(byte[] bytes) {
            return new Body(List.of(bytes).iterator(), bytes.length, false);
        }
    }

    /** The ending, and after how many body bytes it comes; of no meaning when complete. */
    public record Cut(Ending ending, long afterBodyBytes) {
        public static final Cut NONE = new Cut(Ending.COMPLETE, Long.MAX_VALUE);
    }

    /** Pauses before the head and before every piece. */
    public record Timing(long firstByteDelayMillis, long pieceDelayMillis) {
        public static final Timing NONE = new Timing(0, 0);
    }
}
