package io.bedrockmeter.proxy.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A server certificate. With one, callers choose HTTP/1.1 or HTTP/2 by ALPN.
 *
 * @param certificate PEM file with the certificate chain, leaf first
 * @param key PEM file with its private key, PKCS#8, not encrypted
 */
public record TlsConfig(Path certificate, Path key) {
    /** The files whose change changes what is in force. */
    List<Path> watched() {
        return List.of(certificate, key);
    }

    static TlsConfig bind(Section in) {
        return new TlsConfig(
                in.require(
                        "certificate",
                        ValueType.PATH,
                        "server.crt",
                        "PEM file of the certificate chain, leaf first; with it the port speaks TLS."),
                in.require(
                        "key", ValueType.PATH, "server.key", "PEM file of its private key (PKCS#8, not encrypted)."));
    }
}
