package io.bedrockmeter.metering.budget;

/** Who shares a budget: all that count towards it, or each team, application or key of them has one of its own. */
public enum Each {
    ALL,
    TEAM,
    APP,
    KEY;

    /**
     * Whose budget a spender's is; empty where all share one. Names may have slashes, but no spaces: no two applications have the
     * same.
     */
    String subject(Spender spender) {
        return switch (this) {
            case ALL -> "";
            case TEAM -> spender.team();
            case APP -> spender.team() + " / " + spender.app();
            case KEY -> spender.keyId();
        };
    }
}
