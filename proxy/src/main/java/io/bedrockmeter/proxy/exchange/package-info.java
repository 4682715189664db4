/**
 * One call, from its first byte to its last: the straight line of the product.
 *
 * <p>Read {@link io.bedrockmeter.proxy.exchange.Exchange} first: its table has the ten steps in order. The first three, before
 * anything can cost, are {@code Ingress}'s, which hands over. {@code ExchangeHandler} turns what Netty reports about the caller
 * into their {@code on…} methods, and the upstream connection does the same on its side; both live on one event loop. A call
 * whose request and answer pass at the same time is a {@code DuplexExchange}. What both kinds have in common is in {@code
 * Attempt}: who the call is, its time limits, and its end. {@code InFlight} knows all that run, for whoever stops the proxy.
 *
 * <p>Bodies: {@code RequestCollector} holds a request's and its running hash; {@code Tee} shows an answer to the meter and lets
 * {@code ResponseRelay} pass it on without collecting it; {@code CallerFrames} puts a session's frames together and {@code
 * FrameRelay} passes them on. {@code AwsErrors} says no in the form that AWS SDKs understand.
 *
 * <p>Only this package calls {@link io.bedrockmeter.metering.Metering}. Temperature: hot.
 */
@NullMarked
package io.bedrockmeter.proxy.exchange;

import org.jspecify.annotations.NullMarked;
