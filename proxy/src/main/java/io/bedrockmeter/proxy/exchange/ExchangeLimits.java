package io.bedrockmeter.proxy.exchange;

import java.time.Duration;

/**
 * Bounds of one exchange. Immutable.
 *
 * @param bodyBytesMax longest request body, in bytes
 * @param windowBytes a plain answer up to this length is kept back whole until its entry is durable
 * @param bodyTimeout for the whole request body
 * @param bodyWindow in each of which, after the first, some of it must arrive
 * @param bodyWindowBytesMin how much, in bytes; 0 for nothing
 * @param strangersBytesPerSourceMax bodies held of callers from one source who have not proved who they are, in bytes
 * @param givenUpPerSourceMax calls that callers from one source may give up in {@link Sources#WINDOW}; 0 for any number
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
        Duration bodyWindow,
        long bodyWindowBytesMin,
        long strangersBytesPerSourceMax,
        int givenUpPerSourceMax,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration totalTimeout,
        Duration writeStallTimeout,
        Duration drainTimeMax,
        long drainBytesMax) {}
