package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.tokens.TokenCaller;
import io.bedrockmeter.proxy.tokens.TokenCheck;
import io.bedrockmeter.proxy.tokens.TokenVerifier;
import java.util.function.Function;

/** Lets in whoever has a token of an identity provider. Thread-safe. */
public final class TokenAccess implements Authenticator {
    private final TokenVerifier verifier;
    private final Function<TokenCaller, Terms> termsOf;

    /**
     * Verifies by the issuers' keys of the moment.
     *
     * @param termsOf the terms of a token's bearer; never waits
     */
    public TokenAccess(TokenVerifier verifier, Function<TokenCaller, Terms> termsOf) {
        this.verifier = verifier;
        this.termsOf = termsOf;
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        return switch (Credential.of(head)) {
            case Credential.Unusable no -> no.why();
            case Credential.Signature signature -> Rejections.tokensOnly();
            case Credential.Bearer bearer -> authenticate(bearer.token());
        };
    }

    /** Looks at a token alone. */
    Authentication authenticate(String token) {
        return switch (verifier.verify(token)) {
            case TokenCheck.Good good -> new Authentication.Accepted(new Caller(termsOf.apply(good.caller()), null));
            case TokenCheck.Undecided undecided -> new Authentication.Undecided(undecided.why());
            case TokenCheck.Bad bad -> Rejections.badToken(bad);
        };
    }
}
