package io.bedrockmeter.metering.usage;

/**
 * What could be read of a response's usage. "Unknown" is a fact of its own and never a zero. Immutable.
 */
public sealed interface UsageReading {
    /** How the call was served, as far as the response said. */
    Served served();

    /**
     * Whether two places in the response disagreed about a count and a rule had to choose. The counts are still billable;
     * the disagreement is counted in a meter.
     */
    boolean disagreed();

    /** The response reported its usage, whole. */
    record Exact(Usage usage, Served served, boolean disagreed) implements UsageReading {}

    /**
     * The response ended, or broke, before its usage was whole.
     *
     * @param seen counts that the response did report before it ended
     * @param estimate the best single guess of the whole usage, at least {@code seen} in each unit
     * @param why the reason
     */
    record Partial(Usage seen, Usage estimate, UsageGap why, Served served, boolean disagreed)
            implements UsageReading {}

    /**
     * The response reported no usage at all.
     *
     * @param estimate the best single guess from the bytes that passed; empty where nothing was generated
     * @param why the reason
     */
    record Absent(Usage estimate, UsageGap why, Served served) implements UsageReading {
        @Override
        public boolean disagreed() {
            return false;
        }
    }
}
