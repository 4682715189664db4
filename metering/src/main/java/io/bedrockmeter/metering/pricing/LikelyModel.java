package io.bedrockmeter.metering.pricing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of a price book by which one that the book does not have is perhaps billed, and why. A guess for people: nothing is
 * ever priced by it. Immutable.
 *
 * @param id the id that has prices
 * @param reason what makes it likely, and what speaks against it; the end of a sentence
 */
public record LikelyModel(String id, String reason) {
    private static final int SAID_MAX = 3;
    private static final int LENGTH_MAX = 256;

    /**
     * The likeliest models for an id, best first; at most three, and none rather than a wild one.
     *
     * <p>Only models of the same maker, with the same words and sizes in their names, are told: between {@code haiku} and
     * {@code opus}, or 8b and 70b, lies a factor of ten.
     *
     * @param id the id that has no price
     * @param known the ids that have one
     */
    public static List<LikelyModel> of(String id, Collection<String> known) {
        if (id.length() > LENGTH_MAX) {
            return List.of();
        }
        Name wanted = Name.of(id);
        record Candidate(String id, Name name) {}
        return known.stream()
                .filter(other -> !other.equals(id))
                .map(other -> new Candidate(other, Name.of(other)))
                .filter(other -> other.name().isOfTheLineOf(wanted))
                .sorted(Comparator.comparing(
                                (Candidate other) -> !other.name().generation().equals(wanted.generation()))
                        .thenComparingInt(other -> other.name().stepsFrom(wanted))
                        .thenComparing(Candidate::id, Comparator.reverseOrder()))
                .limit(SAID_MAX)
                .map(other -> new LikelyModel(other.id(), other.name().likenessTo(wanted)))
                .toList();
    }

    @Override
    public String toString() {
        return id + " (" + reason + ")";
    }

    /**
     * What an id says.
     *
     * @param maker who made the model; empty if it does not say
     * @param line the words and sizes in it
     * @param generation the numbers in it, without date and version
     */
    private record Name(String maker, Set<String> line, List<Integer> generation) {
        private static final Pattern DATE_OR_VERSION = Pattern.compile("(?:-[0-9]{8})?(?:-?v[0-9]+)?(?::[0-9]+)?$");
        private static final Pattern BETWEEN = Pattern.compile("[-._:]+");
        private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");
        private static final Pattern WORD_AND_NUMBER = Pattern.compile("([a-z]+)([0-9]{1,2})");
        /** Words that make no other model of it. */
        private static final Set<String> BESIDE = Set.of("instruct", "chat", "it", "preview", "latest", "text");

        static Name of(String id) {
            String whole = id.toLowerCase(Locale.ROOT);
            int dot = whole.indexOf('.');
            boolean saysMaker = dot > 0 && whole.substring(0, dot).chars().allMatch(Character::isLetterOrDigit);
            String rest = DATE_OR_VERSION
                    .matcher(saysMaker ? whole.substring(dot + 1) : whole)
                    .replaceFirst("");
            Set<String> line = new TreeSet<>();
            List<Integer> generation = new ArrayList<>();
            for (String part : BETWEEN.split(rest, -1)) {
                Matcher joined = WORD_AND_NUMBER.matcher(part);
                if (NUMBER.matcher(part).matches()) {
                    generation.add(Integer.valueOf(part));
                } else if (joined.matches()) {
                    line.add(joined.group(1));
                    generation.add(Integer.valueOf(joined.group(2)));
                } else if (!part.isEmpty() && !BESIDE.contains(part)) {
                    line.add(part);
                }
            }
            return new Name(saysMaker ? whole.substring(0, dot) : "", line, generation);
        }

        boolean isOfTheLineOf(Name other) {
            return !line.isEmpty()
                    && line.equals(other.line)
                    && (maker.equals(other.maker) || maker.isEmpty() || other.maker.isEmpty());
        }

        /** How far its generation is from another's: by the first number in which they differ, then by the next. */
        int stepsFrom(Name other) {
            int steps = 0;
            for (int i = 0; i < 2; i++) {
                steps = steps * 100 + Math.min(99, Math.abs(at(i) - other.at(i)));
            }
            return steps;
        }

        private int at(int place) {
            return place < generation.size() ? generation.get(place) : 0;
        }

        String likenessTo(Name other) {
            return Optional.of(generation)
                    .filter(same -> !same.equals(other.generation))
                    .map(another -> "the same line of models, generation " + told(another) + " and not "
                            + told(other.generation) + ": generations have differed in price")
                    .orElse("the same name but for its date or version");
        }

        private static String told(List<Integer> generation) {
            return generation.isEmpty()
                    ? "without a number"
                    : String.join(".", generation.stream().map(String::valueOf).toList());
        }
    }
}
