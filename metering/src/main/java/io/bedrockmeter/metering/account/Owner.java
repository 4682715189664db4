package io.bedrockmeter.metering.account;

import org.jspecify.annotations.Nullable;

/**
 * To whom something belongs that outlives its call, such as a job: an application with all of its keys, or a single key.
 * Immutable; two are the same if they are equal.
 *
 * @param team the team's configured name
 * @param app the application's configured name within the team
 * @param keyId the public id of the only key; null if every key of the application is as good as the other
 */
public record Owner(String team, String app, @Nullable String keyId) {
    public Owner {
        if (team.isBlank() || app.isBlank() || (keyId != null && keyId.isBlank())) {
            throw new IllegalArgumentException(
                    "an owner needs a team and an app: '" + team + "', '" + app + "', '" + keyId + "'");
        }
    }

    /** The application that an account is of. */
    public static Owner application(AccountId account) {
        return new Owner(account.team(), account.app(), null);
    }

    /** The key that an account is of, and nobody else. */
    public static Owner key(AccountId account) {
        return new Owner(account.team(), account.app(), account.keyId());
    }
}
