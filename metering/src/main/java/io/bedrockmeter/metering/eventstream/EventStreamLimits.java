package io.bedrockmeter.metering.eventstream;

/**
 * What a frame may claim about its own size. Immutable.
 *
 * @param headerBytesMax longest headers
 * @param frameBytesMax longest frame, its checksums included
 */
public record EventStreamLimits(int headerBytesMax, int frameBytesMax) {
    /** 128 KiB of headers as every SDK allows, frames of 25 MiB as the body limit of the service. */
    public static final EventStreamLimits DEFAULT = new EventStreamLimits(128 * 1024, 25 * 1024 * 1024);

    /** Checks that the limits are positive. */
    public EventStreamLimits {
        if (headerBytesMax < 0 || frameBytesMax < EventStreamScanner.FRAME_BYTES_MIN) {
            throw new IllegalArgumentException("headers of " + headerBytesMax + " and frames of " + frameBytesMax
                    + " bytes leave no room for a frame");
        }
    }
}
