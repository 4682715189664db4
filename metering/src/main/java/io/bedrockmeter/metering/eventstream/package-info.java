/**
 * The framing of streamed responses, read without copying.
 *
 * <p>Leaf package. Temperature: hot; a call a chunk, a few nanoseconds a frame for frames nobody asked for.
 */
@NullMarked
package io.bedrockmeter.metering.eventstream;

import org.jspecify.annotations.NullMarked;
