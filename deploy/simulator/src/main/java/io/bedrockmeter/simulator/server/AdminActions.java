package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.List;

/** What can be done over the admin port. */
public interface AdminActions {
    void script(Script script);

    List<TruthEntry> truth();

    /** Forgets scripts, cached prompts and the truth in memory. */
    void reset();
}
