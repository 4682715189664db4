/**
 * The encoder of {@code application/vnd.amazon.eventstream}, written independently of the decoder under test.
 *
 * <p>Temperature: hot, once for every event sent.
 */
@NullMarked
package io.bedrockmeter.simulator.frames;

import org.jspecify.annotations.NullMarked;
