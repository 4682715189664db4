/**
 * What Bedrock would bill: the log that every meter is measured against, and the small price table behind it.
 *
 * <p>One line for every request that was fully received, durable before the last byte of the answer leaves. Amounts are
 * {@link java.math.BigDecimal}; there is no floating point.
 *
 * <p>Temperature: warm, once for every request.
 */
@NullMarked
package io.bedrockmeter.simulator.truth;

import org.jspecify.annotations.NullMarked;
