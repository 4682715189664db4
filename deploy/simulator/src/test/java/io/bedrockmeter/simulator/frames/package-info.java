/** Tests of the event stream encoder against golden bytes. */
@NullMarked
package io.bedrockmeter.simulator.frames;

import org.jspecify.annotations.NullMarked;
