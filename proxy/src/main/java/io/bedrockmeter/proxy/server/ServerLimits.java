package io.bedrockmeter.proxy.server;

import java.time.Duration;

/**
 * Bounds of the listening side. Immutable.
 *
 * @param requestLineBytesMax longest request line of HTTP/1.1
 * @param headBytesMax longest request head
 * @param fieldsMax most header fields of one request
 * @param headTimeout from the opening of a connection to its first request head, and from the first byte of a later one to its end
 * @param keepAlive how long an idle connection is kept
 * @param tlsHandshakeTimeout for the TLS handshake
 * @param streamsMax concurrent HTTP/2 streams of one connection
 * @param resetsMax HTTP/2 streams that one connection may have reset within {@link #RESET_WINDOW_SECONDS}, or make the proxy reset
 * @param requestsPerConnectionMax requests after which a connection is closed, as soon as they are answered
 * @param connectionsMax connections at one time
 * @param connectionsPerSourceMax of those from one source; 0 for any number
 */
public record ServerLimits(
        int requestLineBytesMax,
        int headBytesMax,
        int fieldsMax,
        Duration headTimeout,
        Duration keepAlive,
        Duration tlsHandshakeTimeout,
        int streamsMax,
        int resetsMax,
        int requestsPerConnectionMax,
        int connectionsMax,
        int connectionsPerSourceMax) {
    static final int RESET_WINDOW_SECONDS = 30;
}
