package io.bedrockmeter.simulator.family;

import java.util.regex.Pattern;

/** Whether a model caches long prompts without being asked, and whether it bills the writing. */
public enum ImplicitCache {
    NONE,
    /** What is read from the cache is cheaper, writing costs nothing of its own. */
    READ,
    /** Writing is billed too, for a life of thirty minutes. */
    READ_AND_WRITE;

    private static final Pattern WRITES = Pattern.compile("openai\\.gpt-(5\\.[6-9]|[6-9]).*|moonshot(ai)?\\.kimi-k3.*");
    private static final Pattern READS = Pattern.compile("openai\\.gpt-5.*|xai\\.grok-.*");

    public static ImplicitCache of(String baseModel) {
        if (WRITES.matcher(baseModel).matches()) {
            return READ_AND_WRITE;
        }
        return READS.matcher(baseModel).matches() ? READ : NONE;
    }
}
