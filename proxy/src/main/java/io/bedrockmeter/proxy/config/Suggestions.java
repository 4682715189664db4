package io.bedrockmeter.proxy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known name was meant by one that is not known. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * The known key that was most likely meant.
     *
     * @param unknown full path of the unknown key
     * @param known full paths of all known keys
     */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        String parent = parentOf(unknown);
        String leaf = plain(leafOf(unknown));
        int tolerance = Math.max(1, leaf.length() / 3);
        Optional<String> sibling = known.stream()
                .filter(key -> parentOf(key).equals(parent))
                .filter(key -> distance(plain(leafOf(key)), leaf) <= tolerance)
                .min(Comparator.comparingInt(key -> distance(plain(leafOf(key)), leaf)));
        if (sibling.isPresent()) {
            return sibling;
        }
        return known.stream().filter(key -> plain(leafOf(key)).equals(leaf)).findFirst();
    }

    /**
     * The known names that an unknown one may have been meant to be, likeliest first.
     *
     * @param unknown the name that is not known
     * @param known every name there is
     * @param max how many to give at most
     */
    public static List<String> likely(String unknown, Collection<String> known, int max) {
        String wanted = plain(unknown);
        int tolerance = Math.max(1, wanted.length() / 3);
        return known.stream()
                .filter(name -> plain(name).contains(wanted) || distance(plain(name), wanted) <= tolerance)
                .sorted(Comparator.comparing((String name) -> !plain(name).contains(wanted))
                        .thenComparingInt(name -> distance(plain(name), wanted))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(max)
                .toList();
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    private static String leafOf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Insertions, deletions and substitutions that lead from one text to another. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        int[] current = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int substituted = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(substituted, 1 + Math.min(previous[column], current[column - 1]));
            }
            int[] swapped = previous;
            previous = current;
            current = swapped;
        }
        return previous[to.length()];
    }
}
