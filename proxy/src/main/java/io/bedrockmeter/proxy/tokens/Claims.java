package io.bedrockmeter.proxy.tokens;

import io.bedrockmeter.proxy.config.AccountsConfig;
import io.bedrockmeter.proxy.config.TokenIssuer;
import io.bedrockmeter.proxy.config.TokenIssuer.Named;
import io.bedrockmeter.proxy.tokens.TokenCheck.Bad;
import io.bedrockmeter.proxy.tokens.TokenCheck.Fault;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, held against the rules of its issuer. Immutable.
 *
 * @param claims the claims of a token whose signature is right
 * @param rules those of its issuer
 */
record Claims(Map<String, Object> claims, TokenIssuer rules) {
    /** Whom they stand for, or what is missing. */
    TokenCheck caller(String issuer, String keyId) {
        for (Map.Entry<String, String> required : rules.requiredClaims().entrySet()) {
            if (!says(find(required.getKey()), required.getValue())) {
                return bad(
                        keyId,
                        "does not say '" + required.getValue() + "' in its claim '" + required.getKey()
                                + "' (auth.issuers." + issuer + ".required-claims).");
            }
        }
        String team = name(rules.team());
        String app = name(rules.app());
        if (team == null) {
            return noName(keyId, rules.team(), "team");
        }
        return app == null
                ? noName(keyId, rules.app(), "application")
                : new TokenCheck.Good(new TokenCaller(issuer, team, app, keyId));
    }

    private static TokenCheck noName(String keyId, Named from, String what) {
        return bad(
                keyId,
                "has no claim '" + from.claim() + "' with the name of " + (what.equals("team") ? "a " : "an ") + what
                        + " in it: 1 to 63 letters, digits and . _ / @ -, the first a letter or a digit.");
    }

    private static Bad bad(String keyId, String why) {
        return new Bad(Fault.NOT_ALLOWED, why, keyId);
    }

    /** A name that may be a label of meters; null if there is none. */
    private @Nullable String name(Named from) {
        if (from.claim() == null) {
            return from.fixed();
        }
        return find(from.claim()) instanceof String text && AccountsConfig.isName(text) ? text : null;
    }

    private static boolean says(@Nullable Object claim, String value) {
        return claim instanceof Collection<?> several
                ? several.stream().anyMatch(one -> value.equals(String.valueOf(one)))
                : claim != null && value.equals(String.valueOf(claim));
    }

    /** A claim by its name or, if that begins with a slash, by the way to it (RFC 6901). */
    private @Nullable Object find(String name) {
        if (!name.startsWith("/")) {
            return claims.get(name);
        }
        Object at = claims;
        for (String step : name.substring(1).split("/", -1)) {
            if (!(at instanceof Map<?, ?> object)) {
                return null;
            }
            at = object.get(step.replace("~1", "/").replace("~0", "~"));
        }
        return at;
    }
}
