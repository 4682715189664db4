package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.List;

/** What can be done over the admin port. */
public interface AdminActions {
    void script(Script script);

    int scriptsWaiting();

    void resource(Resource resource);

    List<TruthEntry> truth();

    List<Lookup> lookups();

    /** Forgets scripts, resources, cached prompts, jobs and the truth in memory. */
    void reset();
}
