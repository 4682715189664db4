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
 */
public record UpstreamTarget(
        String host,
        int port,
        @Nullable SslContext tls,
        @Nullable SslContext tlsOfHttp2) {
    /** The value of the {@code host} header: the port only where it is not the scheme's own. */
    public String hostHeader() {
        boolean usual = port == (tls == null ? 80 : 443);
        return usual ? host : host + ":" + port;
    }
}
