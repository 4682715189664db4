package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.Nullable;

/**
 * What is served where it differs from what was asked.
 *
 * @param tier the tier served, for example {@code default} to a call that asked for {@code priority}
 * @param latency {@code standard} or {@code optimized}
 * @param silent true to leave tier and latency out of the answer whatever they are
 * @param stopReason in the words of Converse
 * @param tool whether to answer with a tool call; null: where the request offers tools
 * @param baseModel the model behind an identifier that does not name one, or the one that a router chooses
 * @param floats true to write token counts with a decimal point
 * @param withoutCacheWriteHeader true to leave that header out, as some models do
 */
public record Served(
        @Nullable String tier,
        @Nullable String latency,
        @Nullable Boolean silent,
        @Nullable String stopReason,
        @Nullable Boolean tool,
        @Nullable String baseModel,
        @Nullable Boolean floats,
        @Nullable Boolean withoutCacheWriteHeader) {
    public static final Served AS_ASKED = new Served(null, null, null, null, null, null, null, null);

    public Served withTier(String served) {
        return new Served(served, latency, silent, stopReason, tool, baseModel, floats, withoutCacheWriteHeader);
    }

    public Served withLatency(String served) {
        return new Served(tier, served, silent, stopReason, tool, baseModel, floats, withoutCacheWriteHeader);
    }

    public Served withStopReason(String reason) {
        return new Served(tier, latency, silent, reason, tool, baseModel, floats, withoutCacheWriteHeader);
    }

    public Served withTool() {
        return new Served(tier, latency, silent, stopReason, true, baseModel, floats, withoutCacheWriteHeader);
    }

    public Served withBaseModel(String model) {
        return new Served(tier, latency, silent, stopReason, tool, model, floats, withoutCacheWriteHeader);
    }

    public Served withFloats() {
        return new Served(tier, latency, silent, stopReason, tool, baseModel, true, withoutCacheWriteHeader);
    }

    public Served withoutTheCacheWriteHeader() {
        return new Served(tier, latency, silent, stopReason, tool, baseModel, floats, true);
    }

    public boolean isSilent() {
        return Boolean.TRUE.equals(silent);
    }

    public boolean writesFloats() {
        return Boolean.TRUE.equals(floats);
    }

    public boolean hidesCacheWriteHeader() {
        return Boolean.TRUE.equals(withoutCacheWriteHeader);
    }
}
