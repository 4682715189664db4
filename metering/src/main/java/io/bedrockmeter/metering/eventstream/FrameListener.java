package io.bedrockmeter.metering.eventstream;

import java.nio.ByteBuffer;

/**
 * Receives the frames of one event stream, in order: {@link #onFrame}, then {@link #onPayload} any number of times if it
 * was wanted, then {@link #onFrameEnd}. A frame whose end was never seen gets no {@code onFrameEnd}.
 */
public interface FrameListener {
    /**
     * A frame begins; its headers are known, its checksum is not.
     *
     * @param kind what it carries
     * @param name the event type, the exception type or the error code; empty if the frame has none
     * @param payloadBytes how long its payload is
     * @return whether the payload is wanted
     */
    boolean onFrame(FrameKind kind, String name, int payloadBytes);

    /** The next bytes of a wanted payload: a view that is good for this call only. */
    void onPayload(ByteBuffer slice);

    /**
     * A frame ends.
     *
     * @param intact whether its checksum held; if not, nothing of it is to be believed and no frame follows
     */
    void onFrameEnd(boolean intact);
}
