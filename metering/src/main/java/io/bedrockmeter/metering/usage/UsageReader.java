package io.bedrockmeter.metering.usage;

import java.nio.ByteBuffer;

/**
 * Reads the usage of one response as it passes. Keeps counts and a few bytes of carry-over, never the response.
 *
 * <p>Confined to one thread. Never throws: whatever the bytes are, the worst outcome is a reading that says why it is not
 * exact, because a response that is already flowing must not be disturbed by its meter.
 */
public interface UsageReader {
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
     * Whether the bytes shown so far end between two frames of an event stream, so that a frame of the proxy's own may be
     * appended to them. False for any other format, and once a frame was corrupt.
     */
    boolean isBetweenFrames();
}
