package io.bedrockmeter.metering.account;

/**
 * Whom a call is charged to: a team, an application of that team, and the key that was used. Immutable.
 *
 * @param team the team's name; a label of meters, so it comes from configuration or from what a configured authority vouches
 *     for, and never from a caller
 * @param app the application's name within the team; likewise
 * @param keyId the public id of the key used (for SigV4 the access key id); recorded, never a label
 */
public record AccountId(String team, String app, String keyId) {
    public AccountId {
        if (team.isBlank() || app.isBlank() || keyId.isBlank()) {
            throw new IllegalArgumentException(
                    "an account needs a team, an app and a key: '" + team + "', '" + app + "', '" + keyId + "'");
        }
    }
}
