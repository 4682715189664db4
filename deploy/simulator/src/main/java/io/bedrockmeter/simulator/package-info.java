/**
 * A stand-in for Amazon Bedrock Runtime that keeps the books of what Bedrock would bill.
 *
 * <p>An independent witness: it knows nothing of the product whose numbers it is compared with. Start one in a test with
 * {@link io.bedrockmeter.simulator.Simulator#start}, or run {@link io.bedrockmeter.simulator.Main}.
 *
 * <p>Temperature: cold; the packages below do the work.
 */
@NullMarked
package io.bedrockmeter.simulator;

import org.jspecify.annotations.NullMarked;
