package io.bedrockmeter.metering.rate;

import io.bedrockmeter.metering.account.AccountId;
import org.jspecify.annotations.Nullable;

/**
 * A limit that a configuration names: on whom, and who has a share of it in common. Immutable.
 *
 * @param name its configured name; a label of meters
 * @param team on calls of this team only; null for all teams
 * @param app on calls of this application only; null for all
 * @param per who uses one allowance in common
 * @param allowance how much
 */
public record RateRule(
        String name, @Nullable String team, @Nullable String app, Sharing per, Allowance allowance) {
    /** What stands for a rule's name where it is the key's own limit. */
    public static final String OF_KEY = "key";

    /** Who uses one allowance in common; the narrowest first. */
    public enum Sharing {
        /** Each key has its own. */
        KEY,
        /** The keys of an application have one together. */
        APP,
        /** The keys of a team have one together. */
        TEAM,
        /** Everybody whom the limit is on has one together. */
        ALL
    }

    /** Whether it is on an account's calls. */
    boolean covers(AccountId account) {
        return (team == null || team.equals(account.team())) && (app == null || app.equals(account.app()));
    }

    /** Which of its allowances an account has a share of. */
    BucketId bucket(AccountId account) {
        return switch (per) {
            case KEY -> new BucketId(name, account.team(), account.app(), account.keyId());
            case APP -> new BucketId(name, account.team(), account.app(), BucketId.ANY);
            case TEAM -> new BucketId(name, account.team(), BucketId.ANY, BucketId.ANY);
            case ALL -> new BucketId(name, BucketId.ANY, BucketId.ANY, BucketId.ANY);
        };
    }
}
