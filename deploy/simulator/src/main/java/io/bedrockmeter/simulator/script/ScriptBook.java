package io.bedrockmeter.simulator.script;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
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

    /** How many scripts wait to be taken. */
    public synchronized int size() {
        return waiting.size();
    }

    /** Takes the script for a call, {@link Script#NORMAL} where none waits for it. */
    public Script take(String operation, String subject, @Nullable String id) {
        return take(script -> matches(script, operation, subject, id));
    }

    /** The same, but only a script that names the operation. */
    public Script takeNamed(String operation, String subject, @Nullable String id) {
        return take(script -> script.operation() != null && matches(script, operation, subject, id));
    }

    private synchronized Script take(Predicate<Script> wanted) {
        Iterator<Waiting> each = waiting.iterator();
        while (each.hasNext()) {
            Waiting next = each.next();
            if (wanted.test(next.script)) {
                if (next.left > 0 && --next.left == 0) {
                    each.remove();
                }
                return next.script;
            }
        }
        return Script.NORMAL;
    }

    private static boolean matches(Script script, String operation, String subject, @Nullable String id) {
        return Objects.equals(script.id(), id)
                && (script.model() == null || script.model().equals(subject))
                && (script.operation() == null || script.operation().equals(operation));
    }
}
