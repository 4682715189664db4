package io.bedrockmeter.proxy.server;

import java.time.Duration;

/**
 * Bounds of the listening side. Immutable.
 *
 * @param requestLineBytesMax longest request line of HTTP/1.1
 * @param headBytesMax longest request head
 * @param fieldsMax most header fields of one request
 * @param headTimeout from the opening of a connection to its first request head
 * @param keepAlive how long an idle connection is kept
 * @param tlsHandshakeTimeout for the TLS handshake
 * @param streamsMax concurrent HTTP/2 streams of one connection
 * @param connectionsMax connections at one time
 */
public record ServerLimits(
        int requestLineBytesMax,
        int headBytesMax,
        int fieldsMax,
        Duration headTimeout,
        Duration keepAlive,
        Duration tlsHandshakeTimeout,
        int streamsMax,
        int connectionsMax) {}
