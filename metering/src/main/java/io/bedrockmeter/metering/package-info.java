/**
 * Metering: what a call to Amazon Bedrock used, what it costs, whether it may run, and the record of it.
 *
 * <p>{@link io.bedrockmeter.metering.Metering} is all that a proxy sees of this module, and it has four verbs:
 * <em>read</em> a request, <em>admit</em> the call, <em>open</em> a reader for its answer, <em>settle</em> what it came to. The
 * packages below it are layered: {@code money}, {@code account}, {@code model}, {@code eventstream} and {@code usage} are what is; {@code
 * pricing} and {@code ledger} are what it means; {@code rate} and {@code
 * budget} are how much of it may be; {@code meters} and {@code report} are how it is shown.
 *
 * <p>Nothing here knows Netty or an AWS client.
 */
@NullMarked
package io.bedrockmeter.metering;

import org.jspecify.annotations.NullMarked;
