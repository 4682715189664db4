package io.bedrockmeter.metering.budget;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which calls count towards a budget: those that each of its lists takes. A list takes a call that one of its patterns matches, in
 * which {@code *} stands for any number of characters; an empty one takes every call. Immutable.
 */
public final class BudgetScope {
    /** Every call. */
    public static final BudgetScope ALL =
            new BudgetScope(new Patterns(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));

    private final Patterns patterns;
    private final Predicate<String> teams;
    private final Predicate<String> apps;
    private final Predicate<String> keys;
    private final Predicate<String> labels;
    private final Predicate<String> models;
    private final Predicate<String> modes;

    /**
     * What a scope takes, as written.
     *
     * @param teams names of teams
     * @param apps names of applications, of whatever team
     * @param keys ids of keys
     * @param labels labels of keys
     * @param models catalogue ids of models
     * @param modes labels of pricing modes
     */
    public record Patterns(
            List<String> teams,
            List<String> apps,
            List<String> keys,
            List<String> labels,
            List<String> models,
            List<String> modes) {
        public Patterns {
            teams = List.copyOf(teams);
            apps = List.copyOf(apps);
            keys = List.copyOf(keys);
            labels = List.copyOf(labels);
            models = List.copyOf(models);
            modes = List.copyOf(modes);
        }
    }

    /** The scope of these patterns. */
    public BudgetScope(Patterns patterns) {
        this.patterns = patterns;
        this.teams = anyOf(patterns.teams());
        this.apps = anyOf(patterns.apps());
        this.keys = anyOf(patterns.keys());
        this.labels = anyOf(patterns.labels());
        this.models = anyOf(patterns.models());
        this.modes = anyOf(patterns.modes());
    }

    /** Whether what a spender spends counts. */
    boolean takes(Spender spender) {
        return teams.test(spender.team())
                && apps.test(spender.app())
                && keys.test(spender.keyId())
                && labels.test(spender.label())
                && models.test(spender.model())
                && modes.test(spender.mode());
    }

    private static Predicate<String> anyOf(List<String> globs) {
        if (globs.isEmpty()) {
            return text -> true;
        }
        String alternatives = globs.stream()
                .map(glob ->
                        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .collect(Collectors.joining("|"));
        return Pattern.compile(alternatives, Pattern.DOTALL).asMatchPredicate();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BudgetScope that && patterns.equals(that.patterns);
    }

    @Override
    public int hashCode() {
        return patterns.hashCode();
    }

    @Override
    public String toString() {
        return patterns.toString();
    }
}
