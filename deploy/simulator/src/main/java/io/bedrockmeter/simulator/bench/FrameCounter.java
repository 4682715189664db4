package io.bedrockmeter.simulator.bench;

import io.netty.buffer.ByteBuf;

/** Counts the frames of an event stream as its bytes arrive, by their total lengths alone. Confined to one event loop. */
final class FrameCounter {
    private static final int LENGTH_BYTES = 4;
    private static final int FRAME_BYTES_MIN = 16;
    private static final int FRAME_BYTES_MAX = 24 * 1024 * 1024;

    private int lengthBytesRead;
    private int total;
    private int remaining;

    void reset() {
        lengthBytesRead = 0;
        total = 0;
        remaining = 0;
    }

    /** Whether the stream stands between two frames. */
    boolean isBetweenFrames() {
        return remaining == 0 && lengthBytesRead == 0;
    }

    /** How many frames ended within these bytes. */
    int read(ByteBuf in, int start, int length) {
        int frames = 0;
        int at = start;
        int end = start + length;
        while (at < end) {
            if (remaining > 0) {
                int skipped = Math.min(remaining, end - at);
                at += skipped;
                remaining -= skipped;
                frames += remaining == 0 ? 1 : 0;
            } else {
                total = total << Byte.SIZE | in.getUnsignedByte(at++);
                lengthBytesRead++;
                if (lengthBytesRead == LENGTH_BYTES) {
                    begin();
                }
            }
        }
        return frames;
    }

    private void begin() {
        if (total < FRAME_BYTES_MIN || total > FRAME_BYTES_MAX) {
            throw new IllegalStateException("a frame of " + total + " bytes: the stream is not an event stream");
        }
        remaining = total - LENGTH_BYTES;
        lengthBytesRead = 0;
        total = 0;
    }
}
