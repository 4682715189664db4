package io.bedrockmeter.metering.pricing;

/** Which of a model's rates applies by the length of its input. The band reprices the whole call. */
public enum ContextBand {
    BASE("base", 0),
    LONG_GT_200K("long_gt_200k", 200_000),
    LONG_GT_272K("long_gt_272k", 272_000);

    private final String label;
    private final long inputTokensAbove;

    ContextBand(String label, long inputTokensAbove) {
        this.label = label;
        this.inputTokensAbove = inputTokensAbove;
    }

    /** The name in price books. */
    public String label() {
        return label;
    }

    /** The band applies to calls whose total input, cached tokens included, exceeds this many tokens. */
    public long inputTokensAbove() {
        return inputTokensAbove;
    }
}
