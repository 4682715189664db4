/**
 * The behaviour of the service: from a received request to the answer it gets and the bill it causes.
 *
 * <p>Deterministic. Without a script, counts are derived from the request; state are the cached
 * prompts, the stored responses and the asynchronous jobs.
 *
 * <p>Temperature: hot in a bench.
 */
@NullMarked
package io.bedrockmeter.simulator.bedrock;

import org.jspecify.annotations.NullMarked;
