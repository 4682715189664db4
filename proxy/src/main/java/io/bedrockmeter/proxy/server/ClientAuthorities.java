package io.bedrockmeter.proxy.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whose client certificates are believed. Immutable; two are the same if they are equal.
 *
 * @param certificates those of the authorities
 * @param required whether there is no connection without a certificate of theirs
 */
public record ClientAuthorities(List<X509Certificate> certificates, boolean required) {
    public ClientAuthorities {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads a PEM file.
     *
     * @throws IOException if it cannot be read or does not hold authorities; the message names it and the way out
     */
    public static ClientAuthorities read(Path pem, boolean required) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IOException("listen.tls.client-ca: " + pem + " holds no certificate");
            }
            for (X509Certificate certificate : certificates) {
                // One that is no authority would be believed itself, and beyond its end.
                if (certificate.getBasicConstraints() < 0) {
                    throw new IOException(
                            "listen.tls.client-ca: " + pem + " holds a certificate that is no authority's: "
                                    + certificate.getSubjectX500Principal() + "; put in the one that issued it");
                }
            }
            return new ClientAuthorities(certificates, required);
        } catch (NoSuchFileException e) {
            throw new IOException("listen.tls.client-ca: no such file: " + pem, e);
        } catch (CertificateException e) {
            throw new IOException("listen.tls.client-ca: " + pem + " cannot be used: " + e.getMessage(), e);
        }
    }

    X509Certificate[] array() {
        return certificates.toArray(X509Certificate[]::new);
    }
}
