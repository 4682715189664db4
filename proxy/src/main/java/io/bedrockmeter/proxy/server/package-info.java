/**
 * The listening side: one port for HTTP/1.1 and HTTP/2, with or without TLS.
 *
 * <p>In the order in which a byte meets them: {@code Listener} accepts; {@code ProtocolDetector} (plaintext) or ALPN (TLS)
 * decides the protocol; {@code Pipelines} puts up the codec, then {@code RequestGuard}, which is stricter than the codec,
 * then the exchange handler. An HTTP/2 stream is a child channel whose frames become the same objects, so nothing behind
 * the guard knows the protocol.
 *
 * <p>Temperature: hot.
 */
@NullMarked
package io.bedrockmeter.proxy.server;

import org.jspecify.annotations.NullMarked;
