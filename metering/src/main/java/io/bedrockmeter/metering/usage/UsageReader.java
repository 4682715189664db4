package io.bedrockmeter.metering.usage;

import java.nio.ByteBuffer;

/**
 * Reads the usage of one response as it passes. Keeps counts and a few bytes of carry-over, never the response.
 *
 * <p>Confined to one thread. Never throws: whatever the bytes are, the worst outcome is a reading that says why it is not
 * exact, because a response that is already flowing must not be disturbed by its meter.
 */
public interface UsageReader {
    /** There is no frame to be completed. */
    int NO_FRAMES = -1;

    /**
     * Shows the next bytes of the body, in order.
     *
     * @param bytes the bytes between position and limit; position and limit are left as they were and the buffer is not
     *     kept
     */
    void read(ByteBuffer bytes);

    /**
     * Ends the reading. Called once, last.
     *
     * @param complete whether the body ended as its framing promised; false if the connection broke first
     */
    UsageReading finish(boolean complete);

    /**
     * Bytes that the event-stream frame at hand still lacks, so that its end can be faked or another frame appended: 0 between
     * two frames, {@link #NO_FRAMES} for any other format and once a frame was corrupt.
     */
    int bytesToFrameEnd();
}
