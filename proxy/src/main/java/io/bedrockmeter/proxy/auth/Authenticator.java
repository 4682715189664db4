package io.bedrockmeter.proxy.auth;

/**
 * Decides who a caller is. Sealed: a new way to authenticate is a new implementation here, and each place that must know
 * of it stops compiling until it does. Thread-safe.
 */
public sealed interface Authenticator permits OpenAccess, VerifiedAccess, TokenAccess, CertificateAccess, PassThrough {
    /**
     * Looks at the head of a request.
     *
     * @return who it is, or why nobody
     */
    Authentication authenticate(RequestHead head);
}
