package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.proxy.config.AssumedRole.Per;
import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom a session of a role is for: those calls share it whose users are equal. Immutable.
 *
 * @param team the team
 * @param app the application within the team; null if all of them share one
 * @param key the key id; null if all keys share one
 */
public record SessionUser(
        String team, @Nullable String app, @Nullable String key) {
    /** Longest name of a session that STS takes. */
    private static final int NAME_MAX = 64;
    /** Longest value of a tag. */
    private static final int TAG_MAX = 256;

    private static final int HASH_DIGITS = 16;

    /** The user that an account is. */
    public static SessionUser of(AccountId account, Per per) {
        return new SessionUser(
                account.team(), per == Per.TEAM ? null : account.app(), per == Per.KEY ? account.keyId() : null);
    }

    /** Its tags, in the characters that STS takes. */
    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("team", tag(team));
        if (app != null) {
            tags.put("app", tag(app));
        }
        if (key != null) {
            tags.put("key", tag(key));
        }
        return tags;
    }

    /**
     * The name of its session: the parts with commas between them, and plus signs for slashes, neither of which is in a name. One
     * that is too long, or has something else in it that STS does not take, ends with an equals sign and a hash, so that no two
     * users have one name.
     */
    String sessionName() {
        String exact = team + (app == null ? "" : "," + app) + (key == null ? "" : "," + key);
        String plain = exact.replace('/', '+').replaceAll("[^\\w+=,.@-]", "-");
        boolean isExact = plain.replace('+', '/').equals(exact) && plain.length() <= NAME_MAX && plain.length() > 1;
        if (isExact) {
            return plain;
        }
        byte[] hash = Digests.ofThisThread().hashOf(exact.getBytes(StandardCharsets.UTF_8));
        String start = plain.substring(0, Math.min(plain.length(), NAME_MAX - HASH_DIGITS - 1));
        return start + "=" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    }

    private static String tag(String value) {
        String plain = value.replaceAll("[^\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]", "=");
        return plain.length() > TAG_MAX ? plain.substring(0, TAG_MAX) : plain;
    }
}
