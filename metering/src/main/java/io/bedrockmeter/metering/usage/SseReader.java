package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.eventstream.SseListener;
import io.bedrockmeter.metering.eventstream.SseScanner;
import io.bedrockmeter.metering.json.JsonScanner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The reader of an answer in server-sent events, whatever the dialect: each event's data is one document.
 *
 * <p>Nothing guards such a stream against damage, so a document counts only if it is whole. The names of events are not
 * read: some servers send them after the data.
 */
final class SseReader implements UsageReader, SseListener {
    /** The data that ends a stream of chat completions; no document. */
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final Opening opening;
    private final SseScanner events = new SseScanner(this);
    private final Tally tally = new Tally();
    private final Tally document = new Tally();
    private final JsonScanner scanner;
    private final DeltaMeter deltas = new DeltaMeter();
    private long dataBytes;
    private int doneBytes;
    private boolean done;
    private boolean exception;
    private boolean malformed;
    private boolean failed;

    SseReader(Opening opening) {
        this.opening = opening;
        this.scanner = new JsonScanner(opening.dialect().streamPaths(opening.family()), document);
    }

    @Override
    public void read(ByteBuffer bytes) {
        if (failed) {
            return;
        }
        try {
            events.feed(bytes);
        } catch (RuntimeException e) {
            // A fault of ours must not disturb the response; the reading says so.
            failed = true;
        }
    }

    @Override
    public void onData(byte[] bytes, int from, int to) {
        for (int i = from; i < to && doneBytes < DONE.length && doneBytes == dataBytes + i - from; i++) {
            doneBytes += bytes[i] == DONE[doneBytes] ? 1 : 0;
        }
        dataBytes += to - from;
        scanner.feed(bytes, from, to);
    }

    @Override
    public void onEventEnd() {
        if (doneBytes == DONE.length && dataBytes == DONE.length) {
            done = true;
        } else {
            endDocument(scanner.finish());
        }
        document.clear();
        scanner.reset();
        dataBytes = 0;
        doneBytes = 0;
    }

    private void endDocument(boolean whole) {
        malformed |= !whole;
        if (!whole || !document.isTouched()) {
            return;
        }
        exception |= document.isError();
        if (document.textBytes() > 0) {
            deltas.addText(document.textBytes());
        }
        tally.join(document, opening.dialect().join());
        if (!document.hasChoices()) {
            tally.settleOutput(document);
        }
    }

    @Override
    public UsageReading finish(boolean complete) {
        if (!failed) {
            events.finish();
        }
        return Conclusion.of(opening, tally, gap(complete), deltas.tokens());
    }

    private @Nullable UsageGap gap(boolean complete) {
        if (failed) {
            return UsageGap.READER_FAILED;
        }
        if (exception) {
            return UsageGap.STREAM_EXCEPTION;
        }
        if (done) {
            return malformed ? UsageGap.MALFORMED_JSON : null;
        }
        boolean endsByItself = opening.dialect() != UsageDialect.CHAT || tally.has(Slot.OUTPUT);
        if (!complete || !endsByItself) {
            return UsageGap.TRUNCATED;
        }
        return malformed ? UsageGap.MALFORMED_JSON : null;
    }

    @Override
    public int bytesToFrameEnd() {
        return NO_FRAMES;
    }
}
