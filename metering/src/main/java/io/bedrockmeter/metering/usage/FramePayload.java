package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;
import io.bedrockmeter.metering.json.JsonScanner;
import java.nio.ByteBuffer;

/** How the payload of a frame becomes a JSON document. One object reads all frames of a stream, one after the other. */
sealed interface FramePayload permits FramePayload.Plain, ChunkPayload {
    /** Begins the payload of a frame. */
    void begin();

    /** Shows its next bytes. */
    void feed(ByteBuffer slice);

    /**
     * Ends it.
     *
     * @return whether it was a whole document, as far as it was read
     */
    boolean end();

    /** Whether the payload that has just ended delivered text. */
    boolean wasDelta();

    /** A payload that is the document itself, as in ConverseStream. */
    final class Plain implements FramePayload {
        private final JsonScanner scanner;

        Plain(JsonPaths paths, Tally tally) {
            this.scanner = new JsonScanner(paths, tally);
        }

        @Override
        public void begin() {
            scanner.reset();
        }

        @Override
        public void feed(ByteBuffer slice) {
            scanner.feed(slice);
        }

        @Override
        public boolean end() {
            return scanner.finish();
        }

        @Override
        public boolean wasDelta() {
            return false;
        }
    }
}
