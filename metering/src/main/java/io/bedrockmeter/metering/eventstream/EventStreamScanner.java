package io.bedrockmeter.metering.eventstream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A push scanner over the frames of one event stream. Keeps, between two pieces, a checksum and at most the head of one
 * frame; payloads are never copied and unwanted ones never touched but by the checksum.
 *
 * <p>Confined to one thread. Never throws on any input: a frame that is corrupt ends the scanning for good, with a {@link
 * #failure}, and all further bytes are ignored.
 *
 * <h2>The frame</h2>
 *
 * <pre>
 * 0        4           8            12            12+H            total-4
 * | total  | headers H | CRC of 0-7 | headers ... | payload ...   | CRC of all before |
 * |------------ HEAD ----------------------------|--- PAYLOAD ---|----- TAIL --------|
 * </pre>
 *
 * One running checksum serves for both: its value after eight bytes is the prelude's.
 */
public final class EventStreamScanner {
    static final int FRAME_BYTES_MIN = 16;
    private static final int PRELUDE_BYTES = 12;
    private static final int TAIL_BYTES = 4;
    private static final int CARRY_BYTES = 128;
    private static final byte[] NOTHING = {};

    /** The part of a frame that comes next. */
    private enum Part {
        HEAD,
        PAYLOAD,
        TAIL,
        FAILED
    }

    /** Names of events that a kind of stream is expected to have; made once for all its streams. */
    public static final class KnownNames {
        private final FrameHeaders.Names names;

        /** Names in the order of how often they come. */
        public KnownNames(List<String> names) {
            this.names = new FrameHeaders.Names(names);
        }
    }

    private final EventStreamLimits limits;
    private final FrameListener listener;
    private final FrameHeaders headers;
    private final CRC32 checksum = new CRC32();

    private Part part = Part.HEAD;
    private @Nullable ScanFailure failure;
    private byte[] carry = NOTHING;
    private int carried;
    private int headerBytes;
    private int payloadLeft;
    private boolean wanted;

    /** A scanner at the beginning of a stream. */
    public EventStreamScanner(EventStreamLimits limits, KnownNames names, FrameListener listener) {
        this.limits = limits;
        this.listener = listener;
        this.headers = new FrameHeaders(names.names);
    }

    /** Shows the next bytes of the stream, between position and limit, and leaves both as they were. */
    public void feed(ByteBuffer bytes) {
        ByteBuffer view = bytes.duplicate();
        while (view.hasRemaining()) {
            switch (part) {
                case HEAD -> head(view);
                case PAYLOAD -> payload(view);
                case TAIL -> tail(view);
                case FAILED -> view.position(view.limit());
            }
        }
    }

    /** Why scanning ended; null if it did not. */
    public @Nullable ScanFailure failure() {
        return failure;
    }

    /** Whether the bytes so far end inside a frame. */
    public boolean isMidFrame() {
        return part != Part.HEAD || carried > 0;
    }

    /**
     * Bytes that the frame at hand lacks: 0 between frames; where not even its length has come, as many as complete a
     * shortest frame. Of no meaning after a failure.
     */
    public int bytesToFrameEnd() {
        return switch (part) {
            case HEAD -> {
                int lacking = carried < PRELUDE_BYTES ? 0 : headerBytes + payloadLeft;
                yield carried == 0 ? 0 : FRAME_BYTES_MIN + lacking - carried;
            }
            case PAYLOAD -> payloadLeft + TAIL_BYTES;
            case TAIL -> TAIL_BYTES - carried;
            case FAILED -> 0;
        };
    }

    private void head(ByteBuffer view) {
        if (carried > 0) {
            carriedHead(view);
            return;
        }
        int from = view.position();
        int available = view.remaining();
        if (available < PRELUDE_BYTES) {
            carry(view, available);
            return;
        }
        if (!prelude(view, from)) {
            return;
        }
        int length = PRELUDE_BYTES + headerBytes;
        if (available < length) {
            carry(view, available);
            return;
        }
        view.position(from + length);
        beginFrame(view, from);
    }

    private void carriedHead(ByteBuffer view) {
        if (carried < PRELUDE_BYTES) {
            carry(view, Math.min(view.remaining(), PRELUDE_BYTES - carried));
            if (carried < PRELUDE_BYTES || !prelude(ByteBuffer.wrap(carry), 0)) {
                return;
            }
        }
        int length = PRELUDE_BYTES + headerBytes;
        carry(view, Math.min(view.remaining(), length - carried));
        if (carried == length) {
            beginFrame(ByteBuffer.wrap(carry), 0);
            carried = 0;
            if (carry.length > CARRY_BYTES) {
                carry = NOTHING;
            }
        }
    }

    private void carry(ByteBuffer view, int length) {
        if (carried + length > carry.length) {
            carry = Arrays.copyOf(carry, Math.max(CARRY_BYTES, Math.max(carried + length, 2 * carry.length)));
        }
        view.get(carry, carried, length);
        carried += length;
    }

    /** Checks the lengths and their checksum; leaves the running checksum after the first eight bytes. */
    private boolean prelude(ByteBuffer bytes, int from) {
        int total = bytes.getInt(from);
        int header = bytes.getInt(from + 4);
        checksum.reset();
        update(bytes, from, from + 8);
        if ((int) checksum.getValue() != bytes.getInt(from + 8)) {
            return fail(ScanFailure.PRELUDE_CHECKSUM);
        }
        boolean possible = total >= FRAME_BYTES_MIN
                && total <= limits.frameBytesMax()
                && header >= 0
                && header <= limits.headerBytesMax()
                && header <= total - FRAME_BYTES_MIN;
        if (!possible) {
            return fail(ScanFailure.LENGTH);
        }
        headerBytes = header;
        payloadLeft = total - header - FRAME_BYTES_MIN;
        return true;
    }

    /** Begins a frame whose head is whole, from an index on, and whose prelude has been checked. */
    private void beginFrame(ByteBuffer bytes, int from) {
        int headersAt = from + PRELUDE_BYTES;
        update(bytes, from + 8, headersAt + headerBytes);
        if (!headers.parse(bytes, headersAt, headersAt + headerBytes)) {
            fail(ScanFailure.HEADERS);
            return;
        }
        wanted = listener.onFrame(headers.kind(), headers.name(), payloadLeft);
        part = payloadLeft > 0 ? Part.PAYLOAD : Part.TAIL;
    }

    private void payload(ByteBuffer view) {
        int from = view.position();
        int size = Math.min(view.remaining(), payloadLeft);
        update(view, from, from + size);
        if (wanted) {
            listener.onPayload(view.slice(from, size));
        }
        view.position(from + size);
        payloadLeft -= size;
        if (payloadLeft == 0) {
            part = Part.TAIL;
        }
    }

    private void tail(ByteBuffer view) {
        int expected;
        if (carried == 0 && view.remaining() >= TAIL_BYTES) {
            expected = view.getInt();
        } else {
            carry(view, Math.min(view.remaining(), TAIL_BYTES - carried));
            if (carried < TAIL_BYTES) {
                return;
            }
            expected = ByteBuffer.wrap(carry).getInt();
            carried = 0;
        }
        boolean intact = (int) checksum.getValue() == expected;
        part = Part.HEAD;
        if (!intact) {
            fail(ScanFailure.MESSAGE_CHECKSUM);
        }
        listener.onFrameEnd(intact);
    }

    /** Adds a range to the running checksum; position and limit end as they were. */
    private void update(ByteBuffer bytes, int from, int to) {
        int position = bytes.position();
        int limit = bytes.limit();
        bytes.limit(to).position(from);
        checksum.update(bytes);
        bytes.limit(limit).position(position);
    }

    private boolean fail(ScanFailure why) {
        failure = why;
        part = Part.FAILED;
        carried = 0;
        return false;
    }
}
