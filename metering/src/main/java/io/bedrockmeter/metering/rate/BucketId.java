package io.bedrockmeter.metering.rate;

/**
 * Whose allowance a bucket is the rest of, and by which limit. Immutable.
 *
 * @param limit name of the limit
 * @param team {@link #ANY} if teams have one together
 * @param app {@link #ANY} if applications have one together
 * @param key {@link #ANY} if keys have one together
 */
record BucketId(String limit, String team, String app, String key) {
    /** No name of an account is empty. */
    static final String ANY = "";

    /** That of all for whom there is no room any more. */
    BucketId ofTheOthers() {
        return new BucketId(limit, "\0", "\0", "\0");
    }

    /** Who it is, for the eyes of a caller. */
    String subject() {
        if (!key.isEmpty()) {
            return "key " + key;
        }
        if (!app.isEmpty()) {
            return "application " + team + "/" + app;
        }
        return team.isEmpty() ? "everybody together" : "team " + team;
    }
}
