/**
 * The framing of streamed responses, read without copying.
 *
 * <p>An {@link io.bedrockmeter.metering.eventstream.EventStreamScanner} is pushed the bytes of a body of type {@code
 * application/vnd.amazon.eventstream} in pieces cut anywhere, checks both checksums of every frame, and asks a {@link
 * io.bedrockmeter.metering.eventstream.FrameListener} frame by frame whether anybody wants the payload.
 *
 * <p>An {@link io.bedrockmeter.metering.eventstream.SseScanner} does the same for {@code text/event-stream}, which has no
 * checksums: it passes on the data of each event.
 *
 * <p>Leaf package. Temperature: hot; a call a chunk, a few nanoseconds a frame for frames nobody asked for.
 */
@NullMarked
package io.bedrockmeter.metering.eventstream;

import org.jspecify.annotations.NullMarked;
