package io.bedrockmeter.proxy.keys;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a key between two books. Immutable.
 *
 * @param what in one word: created, rotated, revoked, changed or removed
 * @param key the key as it is now, or as it was before it was removed
 */
public record KeyChange(String what, VirtualKey key) {
    /** All that happened between two books. */
    static List<KeyChange> between(KeyBook before, KeyBook after) {
        List<KeyChange> changes = new ArrayList<>();
        for (VirtualKey now : after.keys()) {
            VirtualKey then = before.find(now.id()).orElse(null);
            if (then == null) {
                changes.add(new KeyChange("created", now));
            } else if (!then.equals(now)) {
                changes.add(new KeyChange(what(then, now), now));
            }
        }
        for (VirtualKey then : before.keys()) {
            if (after.find(then.id()).isEmpty()) {
                changes.add(new KeyChange("removed", then));
            }
        }
        return List.copyOf(changes);
    }

    private static String what(VirtualKey then, VirtualKey now) {
        if (then.revoked() == null && now.revoked() != null) {
            return "revoked";
        }
        return then.newest().number() == now.newest().number() ? "changed" : "rotated";
    }
}
