package io.bedrockmeter.proxy.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider whose tokens are believed, and what they say of a caller.
 *
 * @param issuer the {@code iss} of its tokens, exactly
 * @param audiences one of these must be in their {@code aud}
 * @param jwksUri where its keys are; null if its discovery document says so
 * @param team the team that a caller is of
 * @param app the application within the team
 * @param requiredClaims what a token must say besides: the values of claims, by their names
 * @param rules what its callers may do
 * @param skew how far its clock may be from ours
 * @param keysRefresh how often its keys are fetched
 * @param keysMaxAge how long they are used while it cannot be reached
 */
public record TokenIssuer(
        String issuer,
        List<String> audiences,
        @Nullable URI jwksUri,
        Named team,
        Named app,
        Map<String, String> requiredClaims,
        CallerRules rules,
        Duration skew,
        Duration keysRefresh,
        Duration keysMaxAge) {
    public TokenIssuer {
        audiences = List.copyOf(audiences);
        requiredClaims = Map.copyOf(requiredClaims);
        if (audiences.isEmpty()) {
            throw new InvalidSetting(
                    "audience",
                    "is required, or tokens that were made for somebody else would be taken; for example 'audience:"
                            + " bedrock-meter'");
        }
        if (jwksUri == null && !isDocument(issuer)) {
            throw new InvalidSetting(
                    "jwks-uri",
                    "is required, because the issuer is no https URL whose discovery document could name it");
        }
        if (keysMaxAge.compareTo(keysRefresh) <= 0) {
            throw new InvalidSetting("keys-max-age", "must be longer than keys-refresh");
        }
    }

    /** A name that stands in the configuration, or in a claim. Exactly one of the two is there. */
    public record Named(@Nullable String fixed, @Nullable String claim) {}

    static TokenIssuer bind(Section in) {
        String issuer = in.require(
                "issuer",
                ValueType.TEXT,
                "https://idp.example.com/realms/corp",
                "The `iss` of its tokens, to the letter; an https URL, unless jwks-uri is given.");
        List<String> audiences =
                in.list("audience", ValueType.TEXT, "Required: one of these must be in the `aud` of a token.");
        URI jwksUri = in.find(
                "jwks-uri",
                ValueType.DOCUMENT,
                "Where its keys are; https, or http to this machine. Default: where its discovery document says.");
        Named team = new Named(
                in.find(
                        "team",
                        ValueType.NAME,
                        "Team that all its callers are charged to, unless team-claim is given."),
                in.find(
                        "team-claim",
                        ValueType.TEXT,
                        "The claim that names the team: a name, or a path such as `/resource/team`."));
        Named app = new Named(
                in.find(
                        "app",
                        ValueType.NAME,
                        "Application that all its callers are charged to, unless app-claim is given; if both are absent,"
                                + " `default`."),
                in.find("app-claim", ValueType.TEXT, "The claim that names the application of that team."));
        Map<String, String> requiredClaims = in.values(
                "required-claims",
                "<claim>",
                ValueType.TEXT,
                "What a token must say besides: this value, or a list with it in it.");
        CallerRules rules = CallerRules.bind(in);
        Duration skew = in.get(
                "clock-skew",
                ValueType.duration("0s", "5m"),
                "30s",
                "How far the issuer's clock may be from this one, at both ends of a token's life.");
        Duration keysRefresh =
                in.get("keys-refresh", ValueType.duration("1m", "24h"), "10m", "How often its keys are fetched.");
        Duration keysMaxAge = in.get(
                "keys-max-age",
                ValueType.duration("2m", "168h"),
                "24h",
                "How long keys are used while the issuer cannot be reached.");
        return new TokenIssuer(
                issuer,
                audiences,
                jwksUri,
                oneOf("team", team, null),
                oneOf("app", app, "default"),
                requiredClaims,
                rules,
                skew,
                keysRefresh,
                keysMaxAge);
    }

    private static Named oneOf(String key, Named given, @Nullable String otherwise) {
        if (given.fixed() != null && given.claim() != null) {
            throw new InvalidSetting(key, "and " + key + "-claim exclude one another; remove one");
        }
        if (given.fixed() == null && given.claim() == null) {
            if (otherwise == null) {
                throw new InvalidSetting(key, "or " + key + "-claim is required: whom its callers are charged to");
            }
            return new Named(otherwise, null);
        }
        return given;
    }

    private static boolean isDocument(String issuer) {
        try {
            return ValueType.DOCUMENT.parser().apply(issuer).isAbsolute();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
