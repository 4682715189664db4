package io.bedrockmeter.proxy.admin;

import java.util.List;

/**
 * Whether new calls should be sent here. Immutable.
 *
 * @param reasons why not, for people; empty if they should
 */
public record Readiness(List<String> reasons) {
    /** They should. */
    public static final Readiness READY = new Readiness(List.of());

    public Readiness {
        reasons = List.copyOf(reasons);
    }

    /** They should not, for this reason. */
    public static Readiness notReady(String reason) {
        return new Readiness(List.of(reason));
    }

    /** Whether they should. */
    public boolean isReady() {
        return reasons.isEmpty();
    }
}
