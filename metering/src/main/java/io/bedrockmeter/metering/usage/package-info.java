/**
 * What a call consumed, read from its request and its response as they pass.
 *
 * <p>A {@link io.bedrockmeter.metering.usage.UsageReader} is opened for one response and shown every chunk; it keeps
 * counts, never bytes, and ends in a {@link io.bedrockmeter.metering.usage.UsageReading}: exact, partial or absent. How a
 * wire format reports usage is code (a dialect); which model speaks it is data ({@code families/*.json}).
 *
 * <p>Depends on {@code eventstream}, {@code json} and {@code model}. Temperature: hot; runs on event loops, a call a chunk.
 */
@NullMarked
package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.NullMarked;
