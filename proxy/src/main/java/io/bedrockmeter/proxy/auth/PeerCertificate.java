package io.bedrockmeter.proxy.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/**
 * What a client certificate says of its owner, after a handshake has proved that the connection is the owner's and that an
 * authority of the listener vouches for it. Immutable.
 *
 * @param subject its distinguished name; may be empty
 * @param uris the URIs among its alternative names
 * @param hosts the host names among them, in lower case
 * @param from when it begins to be valid
 * @param until when it ceases to be
 */
public record PeerCertificate(
        X500Principal subject, List<String> uris, List<String> hosts, Instant from, Instant until) {
    /** Types of alternative names (RFC 5280 §4.2.1.6). */
    private static final int DNS_NAME = 2;

    private static final int UNIFORM_RESOURCE_IDENTIFIER = 6;

    public PeerCertificate {
        uris = List.copyOf(uris);
        hosts = List.copyOf(hosts);
    }

    /**
     * What a certificate says.
     *
     * @throws CertificateParsingException if its alternative names cannot be read
     */
    public static PeerCertificate of(X509Certificate certificate) throws CertificateParsingException {
        List<String> uris = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0).equals(UNIFORM_RESOURCE_IDENTIFIER)) {
                uris.add(String.valueOf(name.get(1)));
            } else if (name.get(0).equals(DNS_NAME)) {
                hosts.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
            }
        }
        return new PeerCertificate(
                certificate.getSubjectX500Principal(),
                uris,
                hosts,
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** Whether it is valid at an instant. */
    public boolean isValidAt(Instant now) {
        return !now.isBefore(from) && !now.isAfter(until);
    }
}
