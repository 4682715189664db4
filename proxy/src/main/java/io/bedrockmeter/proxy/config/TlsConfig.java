package io.bedrockmeter.proxy.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server certificate. With one, callers choose HTTP/1.1 or HTTP/2 by ALPN.
 *
 * @param certificate PEM file with the certificate chain, leaf first
 * @param key PEM file with its private key, PKCS#8, not encrypted
 * @param clientCa PEM file of the authorities whose client certificates are believed; null if none are asked for
 * @param clientAuth whether a client must have one
 */
public record TlsConfig(
        Path certificate, Path key, @Nullable Path clientCa, ClientAuth clientAuth) {
    /** What becomes of a client without a certificate. */
    public enum ClientAuth {
        /** It gets no connection. */
        REQUIRE,
        /** It gets one, on which nothing is known of it. */
        OPTIONAL
    }

    /** The files whose change changes what is in force. */
    List<Path> watched() {
        return clientCa == null ? List.of(certificate, key) : List.of(certificate, key, clientCa);
    }

    static TlsConfig bind(Section in) {
        Path certificate = in.require(
                "certificate",
                ValueType.PATH,
                "server.crt",
                "PEM file of the certificate chain, leaf first; with it the port speaks TLS.");
        Path key =
                in.require("key", ValueType.PATH, "server.key", "PEM file of its private key (PKCS#8, not encrypted).");
        Path clientCa = in.find(
                "client-ca",
                ValueType.PATH,
                "PEM file of authorities: with it clients are asked for a certificate that one of them vouches for.");
        ClientAuth clientAuth = in.get(
                "client-auth",
                ValueType.choice(ClientAuth.values()),
                "require",
                "With client-ca: `require` refuses a connection without a certificate; `optional` lets it be opened, and with"
                        + " auth.mode certificates each call on it is told why it is refused.");
        if (clientCa == null && clientAuth == ClientAuth.OPTIONAL) {
            throw new InvalidSetting("client-auth", "belongs to client-ca; set that or remove it");
        }
        return new TlsConfig(certificate, key, clientCa, clientAuth);
    }
}
