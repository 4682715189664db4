/**
 * The behaviour of the service: from a received request to the answer it gets and the bill it causes.
 *
 * <p>Deterministic. Without a script, counts are derived from the request; the only state is the set of cached prompts.
 *
 * <p>Temperature: hot in a bench.
 */
@NullMarked
package io.bedrockmeter.simulator.bedrock;

import org.jspecify.annotations.NullMarked;
