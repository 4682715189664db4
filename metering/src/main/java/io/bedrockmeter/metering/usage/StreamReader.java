package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.eventstream.EventStreamLimits;
import io.bedrockmeter.metering.eventstream.EventStreamScanner;
import io.bedrockmeter.metering.eventstream.FrameKind;
import io.bedrockmeter.metering.eventstream.FrameListener;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reader of an answer that is an event stream, whatever the dialect.
 *
 * <p>A frame's facts go into a draft and join the tally only when the frame's checksum has held. Of ConverseStream only
 * {@code metadata} is read, of InvokeModelWithResponseStream every {@code chunk} that is not plainly a piece of text.
 */
final class StreamReader implements UsageReader, FrameListener {
    private static final String CHUNK = "chunk";
    private static final String METADATA = "metadata";
    private static final String CONVERSE_DELTA = "contentBlockDelta";
    private static final EventStreamScanner.KnownNames NAMES = new EventStreamScanner.KnownNames(List.of(
            CHUNK, CONVERSE_DELTA, METADATA, "contentBlockStart", "contentBlockStop", "messageStart", "messageStop"));

    private final Opening opening;
    private final EventStreamScanner frames = new EventStreamScanner(EventStreamLimits.DEFAULT, NAMES, this);
    private final DeltaMeter deltas = new DeltaMeter();
    private @Nullable Draft draft;
    private @Nullable Tally tally;
    private FrameKind kind = FrameKind.OTHER;
    private int payloadBytes;
    private boolean reading;
    private boolean exception;
    private boolean malformed;
    private boolean failed;

    StreamReader(Opening opening) {
        this.opening = opening;
    }

    @Override
    public void read(ByteBuffer bytes) {
        if (failed) {
            return;
        }
        try {
            frames.feed(bytes);
        } catch (RuntimeException e) {
            // A fault of ours must not disturb the response; the reading says so.
            failed = true;
        }
    }

    @Override
    public boolean onFrame(FrameKind frameKind, String name, int length) {
        kind = frameKind;
        payloadBytes = length;
        reading = frameKind == FrameKind.EVENT && isRead(name);
        if (reading) {
            draft().payload.begin();
        } else if (frameKind == FrameKind.EVENT && name.equals(CONVERSE_DELTA)) {
            deltas.addConverse(length);
        }
        return reading;
    }

    private boolean isRead(String name) {
        return name.equals(opening.dialect() == UsageDialect.CONVERSE ? METADATA : CHUNK);
    }

    @Override
    public void onPayload(ByteBuffer slice) {
        draft().payload.feed(slice);
    }

    @Override
    public void onFrameEnd(boolean intact) {
        if (!intact) {
            return;
        }
        exception |= kind == FrameKind.EXCEPTION || kind == FrameKind.ERROR;
        if (reading) {
            endDocument(draft());
        }
    }

    private void endDocument(Draft document) {
        malformed |= !document.payload.end();
        if (document.payload.wasDelta()) {
            deltas.addChunk(payloadBytes, opening.family().deltas().envelopeBytes());
        }
        if (!document.tally.isTouched()) {
            return;
        }
        if (tally == null) {
            tally = new Tally(document.tally);
        } else {
            tally.join(document.tally, opening.dialect().join());
        }
        document.tally.clear();
    }

    @Override
    public UsageReading finish(boolean complete) {
        Tally read = tally == null ? new Tally() : tally;
        return Conclusion.of(opening, read, gap(complete), deltas.tokens());
    }

    private @Nullable UsageGap gap(boolean complete) {
        if (failed) {
            return UsageGap.READER_FAILED;
        }
        if (frames.failure() != null) {
            return UsageGap.CORRUPT_FRAME;
        }
        if (exception) {
            return UsageGap.STREAM_EXCEPTION;
        }
        if (!complete || frames.isMidFrame()) {
            return UsageGap.TRUNCATED;
        }
        return malformed ? UsageGap.MALFORMED_JSON : null;
    }

    @Override
    public int bytesToFrameEnd() {
        return failed || frames.failure() != null ? NO_FRAMES : frames.bytesToFrameEnd();
    }

    private Draft draft() {
        if (draft == null) {
            draft = new Draft(opening);
        }
        return draft;
    }

    /** The document of the frame at hand; made for the first frame that is read. */
    private static final class Draft {
        private final Tally tally = new Tally();
        private final FramePayload payload;

        Draft(Opening opening) {
            var paths = opening.dialect().streamPaths(opening.family());
            this.payload = opening.dialect() == UsageDialect.CONVERSE
                    ? new FramePayload.Plain(paths, tally)
                    : new ChunkPayload(paths, tally, opening.family().deltas().chunkPrefix());
        }
    }
}
