package io.bedrockmeter.proxy.upstream;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Where requests are sent. Comes from configuration only; nothing a caller says can change it. Immutable.
 *
 * @param host host name or address to connect to, and to verify the certificate against
 * @param port TCP port
 * @param tls for HTTP/1.1; null for plaintext
 * @param tlsOfHttp2 for HTTP/2; null for plaintext
 * @param hostHeader value of the {@code host} header
 */
public record UpstreamTarget(
        String host,
        int port,
        @Nullable SslContext tls,
        @Nullable SslContext tlsOfHttp2,
        String hostHeader) {
    /** A target whose {@code host} header has the port only where it is not the scheme's own. */
    public UpstreamTarget(String host, int port, @Nullable SslContext tls, @Nullable SslContext tlsOfHttp2) {
        this(host, port, tls, tlsOfHttp2, port == (tls == null ? 80 : 443) ? host : host + ":" + port);
    }
}
