package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.config.AccountsConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that callers prove themselves with. Immutable; holds no secret.
 *
 * @param id its id, which is an access key id and is recorded with each call
 * @param team the team that its calls are charged to
 * @param app the application of that team
 * @param label what its owner calls it; empty if nothing
 * @param created when it was made
 * @param expires when it ceases to be valid; null if it does not
 * @param revoked when it was revoked; null if it is not
 * @param generations its secrets, the newest last; never empty
 * @param permissions what it may be used for
 * @param allowance how much it may be used
 */
public record VirtualKey(
        String id,
        String team,
        String app,
        String label,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        List<Generation> generations,
        Permissions permissions,
        Allowance allowance) {
    public VirtualKey {
        generations = List.copyOf(generations);
        if (!KeyId.isOne(id)) {
            throw new IllegalArgumentException("the id is none that bedrock-meter makes: " + KeyId.PREFIX
                    + " and 16 of A-Z and 2-7, not '" + id + "'");
        }
        if (!AccountsConfig.isName(team) || !AccountsConfig.isName(app)) {
            throw new IllegalArgumentException("key " + id + " has a team or an app that is no name: '" + team + "', '"
                    + app + "'; use 1 to 63 letters, digits and . _ / @ -, the first a letter or a digit");
        }
        if (generations.isEmpty()) {
            throw new IllegalArgumentException("key " + id + " has no generation");
        }
    }

    /** Whether it is valid at an instant. */
    public boolean isExpiredAt(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** Its newest secrets. */
    public Generation newest() {
        return generations.get(generations.size() - 1);
    }

    /** What it is at an instant, in one word. */
    public String stateAt(Instant now) {
        if (revoked != null) {
            return "revoked";
        }
        return isExpiredAt(now) ? "expired" : "active";
    }

    VirtualKey revokedAt(Instant now) {
        return with(revoked == null ? now : revoked, generations);
    }

    /** With a next generation, beside which the ones before are valid for a while. Those that are not any more are dropped. */
    VirtualKey rotated(Generation next, Instant overlapEnd) {
        List<Generation> kept = new ArrayList<>();
        for (Generation generation : generations) {
            if (generation.isValidAt(next.created())) {
                kept.add(generation.expiringAt(overlapEnd));
            }
        }
        kept.add(next);
        return with(revoked, kept);
    }

    private VirtualKey with(@Nullable Instant revokedThen, List<Generation> others) {
        return new VirtualKey(id, team, app, label, created, expires, revokedThen, others, permissions, allowance);
    }
}
