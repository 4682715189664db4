package io.bedrockmeter.proxy.tokens;

import org.jspecify.annotations.Nullable;

/** What came of a look at a token. */
public sealed interface TokenCheck {
    /** It is right, and says who calls. */
    record Good(TokenCaller caller) implements TokenCheck {}

    /**
     * It is not, or its bearer may not call.
     *
     * @param fault what kind of wrong
     * @param why reads on after "it" and after "The token"; never anything of an unverified token
     * @param keyId whose it is; null unless its signature is right
     */
    record Bad(Fault fault, String why, @Nullable String keyId) implements TokenCheck {}

    /** It cannot be said, because its issuer's keys are not there; another try may do. */
    record Undecided(String why) implements TokenCheck {}

    /** Kinds of wrong. */
    enum Fault {
        /** It is no token, none for us, or not signed by its issuer. */
        NOT_BELIEVED,
        /** It was right once. */
        EXPIRED,
        /** It is right, and says too little or something that is not allowed. */
        NOT_ALLOWED
    }
}
