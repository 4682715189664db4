package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonScanner;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The reader of an answer that is one JSON document, whatever the dialect. */
final class DocumentReader implements UsageReader {
    private final Opening opening;
    private final Tally tally;
    private final JsonScanner scanner;
    private long bodyBytes;
    private boolean failed;

    /** A reader whose tally already holds what the response's head said. */
    DocumentReader(Opening opening, Tally tally) {
        this.opening = opening;
        this.tally = tally;
        this.scanner = new JsonScanner(opening.dialect().documentPaths(opening.family()), tally);
    }

    @Override
    public void read(ByteBuffer bytes) {
        bodyBytes += bytes.remaining();
        if (failed) {
            return;
        }
        try {
            scanner.feed(bytes);
        } catch (RuntimeException e) {
            // A fault of ours must not disturb the response; the reading says so.
            failed = true;
        }
    }

    @Override
    public UsageReading finish(boolean complete) {
        boolean whole = scanner.finish();
        return Conclusion.of(opening, tally, gap(complete, whole), Conclusion.tokens(bodyBytes));
    }

    private @Nullable UsageGap gap(boolean complete, boolean whole) {
        if (failed) {
            return UsageGap.READER_FAILED;
        }
        if (!complete) {
            return UsageGap.TRUNCATED;
        }
        return whole ? null : UsageGap.MALFORMED_JSON;
    }

    @Override
    public int bytesToFrameEnd() {
        return NO_FRAMES;
    }
}
