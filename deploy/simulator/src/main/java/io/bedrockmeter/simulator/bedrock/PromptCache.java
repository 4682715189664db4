package io.bedrockmeter.simulator.bedrock;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The prompts that are cached, by their hash. It forgets the oldest, never by time. Thread-safe. */
final class PromptCache {
    private static final int PROMPTS_MAX = 10_000;

    private final Set<Long> prompts = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > PROMPTS_MAX;
        }
    });

    /** True where the prompt was there already; afterwards it is. */
    synchronized boolean readOrWrite(long promptHash) {
        return !prompts.add(promptHash);
    }

    synchronized void clear() {
        prompts.clear();
    }
}
