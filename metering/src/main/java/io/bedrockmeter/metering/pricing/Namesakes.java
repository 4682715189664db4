package io.bedrockmeter.metering.pricing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which ids of a catalogue are two names of one model: the runtime's, with a date and a version, and mantle's, which is
 * bare. Immutable, thread-safe.
 *
 * <p>Two ids are alike if they are the same without date, version and the word {@code instruct}. Only a pair is told: of
 * three or more, such as two versions of one model, nobody can say which a bare id means.
 */
final class Namesakes {
    private static final Pattern VERSION =
            Pattern.compile("(?:-[0-9]{8})?+(?:-v[0-9]++(?::[0-9]++)?+|-[0-9]++:[0-9]++)?+$");
    private static final String INSTRUCT = "-instruct";
    private static final int LENGTH_MAX = 256;

    private final Map<String, List<String>> idsByName = new HashMap<>();

    Namesakes(Collection<String> ids) {
        ids.forEach(id ->
                idsByName.computeIfAbsent(name(id), name -> new ArrayList<>(2)).add(id));
    }

    /** The one other id that a bare id may stand for; null if there is none, or several, or if the id has a version. */
    @Nullable
    String of(String id) {
        String unversioned = id.length() > LENGTH_MAX ? "" : withoutVersion(id);
        if (!unversioned.equals(id)) {
            return null;
        }
        String only = null;
        for (String other : idsByName.getOrDefault(name(id), List.of())) {
            if (!other.equals(id)) {
                if (only != null) {
                    return null;
                }
                only = other;
            }
        }
        return only;
    }

    private static String name(String id) {
        String bare = withoutVersion(id);
        return bare.endsWith(INSTRUCT) ? bare.substring(0, bare.length() - INSTRUCT.length()) : bare;
    }

    private static String withoutVersion(String id) {
        return VERSION.matcher(id).replaceFirst("");
    }
}
