package io.bedrockmeter.proxy.auth;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever has a client certificate that stands for somebody. What a request says of credentials is neither read nor
 * believed, because SDKs sign with whatever they find; only the service that a signature names tells which endpoint it is for.
 * Thread-safe.
 */
public final class CertificateAccess implements Authenticator {
    private final Function<PeerCertificate, @Nullable Terms> termsOf;
    private final InstantSource clock;

    /**
     * Knows callers by these terms.
     *
     * @param termsOf the terms of a certificate; null if it stands for nobody
     */
    public CertificateAccess(Function<PeerCertificate, @Nullable Terms> termsOf, InstantSource clock) {
        this.termsOf = termsOf;
        this.clock = clock;
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        PeerCertificate certificate = head.certificate();
        if (certificate == null) {
            return Rejections.noCertificate();
        }
        Instant now = clock.instant();
        // A connection may outlive the certificate that it was opened with.
        if (!certificate.isValidAt(now)) {
            return Rejections.certificateNotValid(certificate);
        }
        Terms terms = termsOf.apply(certificate);
        return terms == null
                ? Rejections.unknownCertificate()
                : new Authentication.Accepted(new Caller(terms, OpenAccess.signedFor(head)));
    }
}
