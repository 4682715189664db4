package io.bedrockmeter.proxy.upstream;

import java.time.Duration;

/**
 * Bounds of the upstream side. Immutable.
 *
 * @param connectTimeout for TCP and TLS together
 * @param poolIdle an idle connection older than this is closed; must be below the server's own limit
 * @param connectionsPerLoopMax connections of one event loop, idle ones included; and as many for streams
 *     in both directions
 */
public record UpstreamLimits(Duration connectTimeout, Duration poolIdle, int connectionsPerLoopMax) {}
