package io.bedrockmeter.proxy.exchange;

import java.time.Duration;

/**
 * Bounds of one exchange. Immutable.
 *
 * @param bodyBytesMax longest request body, in bytes
 * @param windowBytes a plain answer up to this length is kept back whole until its entry is durable
 * @param bodyTimeout for the whole request body
 * @param firstByteTimeout from the request sent to the head of the answer
 * @param idleTimeout between two pieces of an answer
 * @param totalTimeout for the whole exchange
 * @param writeStallTimeout after which a caller that takes nothing counts as gone
 * @param drainTimeMax how long an answer is read on after its caller left
 * @param drainBytesMax how many bytes of it
 */
public record ExchangeLimits(
        long bodyBytesMax,
        long windowBytes,
        Duration bodyTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration totalTimeout,
        Duration writeStallTimeout,
        Duration drainTimeMax,
        long drainBytesMax) {}
