/**
 * One call, from its first byte to its last: the straight line of the product.
 *
 * <p>Read {@link io.bedrockmeter.proxy.exchange.Exchange} first: it has the ten steps in order. {@code ExchangeHandler}
 * turns what Netty reports about the caller into its {@code on…} methods, and the upstream connection does the same on its
 * side; both live on one event loop. {@code RequestCollector} holds a request body and its running hash, {@code
 * ResponseRelay} passes a response on without collecting it, and {@code AwsErrors} says no in the form that AWS SDKs
 * understand. A call whose request and answer pass at the same time is a {@code DuplexExchange}: {@code CallerFrames} puts its
 * caller's frames together and {@code FrameRelay} passes them on.
 *
 * <p>Only this package calls {@link io.bedrockmeter.metering.Metering}. Temperature: hot.
 */
@NullMarked
package io.bedrockmeter.proxy.exchange;

import org.jspecify.annotations.NullMarked;
