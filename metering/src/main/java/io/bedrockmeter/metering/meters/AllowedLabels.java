package io.bedrockmeter.metering.meters;

import java.util.HashSet;
import java.util.Set;

/**
 * The values that configuration and price book allow for the labels of meters. Immutable.
 *
 * @param teams configured teams
 * @param apps configured applications, of all teams
 * @param models ids of the price catalogue
 * @param regions configured source regions
 */
public record AllowedLabels(Set<String> teams, Set<String> apps, Set<String> models, Set<String> regions) {
    public AllowedLabels {
        teams = Set.copyOf(teams);
        apps = Set.copyOf(apps);
        models = Set.copyOf(models);
        regions = Set.copyOf(regions);
    }

    /** These, and further teams and applications. */
    public AllowedLabels with(Set<String> moreTeams, Set<String> moreApps) {
        return new AllowedLabels(union(teams, moreTeams), union(apps, moreApps), models, regions);
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Whether a value is one of those allowed for a label that is {@link MeterLabel.Bound#CONFIGURED}. */
    boolean allows(MeterLabel label, String value) {
        Set<String> values = switch (label) {
            case TEAM -> teams;
            case APP -> apps;
            case MODEL -> models;
            case REGION -> regions;
            case OPERATION,
                    PROVISIONED_MODEL,
                    COMMITMENT,
                    MODE,
                    TYPE,
                    OUTCOME,
                    STATE,
                    STATUS,
                    REASON,
                    LIMIT,
                    BUDGET,
                    PERIOD,
                    ACTION,
                    SOURCE,
                    LABEL,
                    VERSION,
                    REVISION -> throw new IllegalArgumentException(label + " is not bounded by configuration");
        };
        return values.contains(value);
    }
}
