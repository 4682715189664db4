/**
 * The bench: what is needed to tell what the product costs, and nothing of the product. Cold code around three hot loops.
 *
 * <p>{@link io.bedrockmeter.simulator.bench.FastBedrock} answers at as little cost as can be had,
 * {@link io.bedrockmeter.simulator.bench.BarePassthrough} is the yardstick between,
 * {@link io.bedrockmeter.simulator.bench.Load} calls and measures, and {@link io.bedrockmeter.simulator.bench.Report}
 * makes one table of all rounds. {@code deploy/bench/run.sh} plays them together.
 *
 * <p>The simulator proper is the faithful stand-in for Bedrock; this upstream checks nothing and must never be used to show
 * that something is right, only what it costs.
 */
@NullMarked
package io.bedrockmeter.simulator.bench;

import org.jspecify.annotations.NullMarked;
