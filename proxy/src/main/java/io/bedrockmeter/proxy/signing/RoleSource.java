package io.bedrockmeter.proxy.signing;

/** Where sessions of a role come from. Thread-safe; waits, so never for an event loop. */
public interface RoleSource {
    /**
     * Begins a session.
     *
     * @throws NoSessionException if there is none to be had
     */
    CredentialsSnapshot assume(SessionUser user) throws NoSessionException;
}
