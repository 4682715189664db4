package io.bedrockmeter.proxy.config;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A role whose sessions calls are signed with, one for each account, instead of the proxy's own credentials.
 *
 * @param arn the role
 * @param per who has a session of its own
 * @param tags whether sessions have tags
 * @param sourceIdentity whether they have a source identity
 * @param externalId what the role's trust policy asks for; null for nothing
 * @param duration how long a session lives
 */
public record AssumedRole(
        String arn,
        Per per,
        boolean tags,
        boolean sourceIdentity,
        @Nullable String externalId,
        Duration duration) {
    private static final Pattern ARN_FORM = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,512}");
    private static final Pattern EXTERNAL_ID_FORM = Pattern.compile("[\\w+=,.@:/-]{2,1224}");

    /** Who has a session of its own. */
    public enum Per {
        TEAM,
        APP,
        KEY
    }

    public AssumedRole {
        if (!ARN_FORM.matcher(arn).matches()) {
            throw new InvalidSetting("arn", "is no ARN of a role; write it as arn:aws:iam::123456789012:role/name");
        }
        if (externalId != null && !EXTERNAL_ID_FORM.matcher(externalId).matches()) {
            throw new InvalidSetting("external-id", "is none; AWS takes 2 to 1224 letters, digits and _+=,.@:/-");
        }
    }

    static AssumedRole bind(Section in) {
        return new AssumedRole(
                in.require(
                        "arn",
                        ValueType.TEXT,
                        "arn:aws:iam::123456789012:role/bedrock-callers",
                        "Role whose sessions calls are signed with, one for each account; see Sessions for each account."),
                in.get(
                        "per",
                        ValueType.choice(Per.values()),
                        "app",
                        "Who has a session of its own: each team, each application, or each key."),
                in.get(
                        "session-tags",
                        ValueType.FLAG,
                        "true",
                        "Tag sessions with `team`, and as far as `per` tells them apart `app` and `key`. Needs sts:TagSession."),
                in.get(
                        "source-identity",
                        ValueType.FLAG,
                        "false",
                        "Give sessions their name as source identity, which CloudTrail keeps in whatever they do. Needs"
                                + " sts:SetSourceIdentity."),
                in.find("external-id", ValueType.TEXT, "What the role's trust policy asks for as sts:ExternalId."),
                in.get(
                        "duration",
                        ValueType.duration("15m", "12h"),
                        "1h",
                        "How long a session lives; the role allows one hour unless it says more. They are renewed in time."));
    }
}
