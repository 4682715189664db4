/**
 * The native wire formats of the simulated models, and Converse, which is one format over all of them.
 *
 * <p>Each family renders a {@link io.bedrockmeter.simulator.family.Generation} as one body or as a lazy run of events, with
 * token counts in the places where the real service puts them. A family decides nothing: counts come in, JSON goes out.
 *
 * <p>Temperature: hot in a bench.
 */
@NullMarked
package io.bedrockmeter.simulator.family;

import org.jspecify.annotations.NullMarked;
