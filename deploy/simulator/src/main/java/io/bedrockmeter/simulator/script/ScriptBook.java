package io.bedrockmeter.simulator.script;

import io.bedrockmeter.simulator.call.Route;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The scripts that wait for their requests; the first that matches is taken. Thread-safe. */
public final class ScriptBook {
    private static final int WAITING_MAX = 100_000;

    private final List<Waiting> waiting = new ArrayList<>();

    /** A script and how often it may still be taken, 0 for any number of times. */
    private static final class Waiting {
        private final Script script;
        private int left;

        private Waiting(Script script) {
            this.script = script;
            this.left = script.timesOrDefault();
        }
    }

    public synchronized void add(Script script) {
        if (waiting.size() == WAITING_MAX) {
            throw new IllegalStateException("there are " + WAITING_MAX + " scripts waiting; reset the simulator");
        }
        waiting.add(new Waiting(script));
    }

    public synchronized void clear() {
        waiting.clear();
    }

    /** Takes the script for a request, {@link Script#NORMAL} where none waits for it. */
    public synchronized Script take(Route route, @Nullable String id) {
        Iterator<Waiting> each = waiting.iterator();
        while (each.hasNext()) {
            Waiting next = each.next();
            if (matches(next.script, route, id)) {
                if (next.left > 0 && --next.left == 0) {
                    each.remove();
                }
                return next.script;
            }
        }
        return Script.NORMAL;
    }

    private static boolean matches(Script script, Route route, @Nullable String id) {
        return Objects.equals(script.id(), id)
                && (script.model() == null || script.model().equals(route.modelId()))
                && (script.operation() == null
                        || script.operation().equals(route.operation().apiName()));
    }
}
