package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.Nullable;

/**
 * How an asynchronous invocation, or a batch job, goes on.
 *
 * @param endsAfterMillis how long it is in progress; null: one second
 * @param failure why it fails, having done nothing; null: it does not
 * @param ending of a batch job that does not fail, in the words of Bedrock, such as {@code Expired}; null: {@code Completed}
 * @param records of a batch job that are done before it ends; null: all
 */
public record JobScript(
        @Nullable Long endsAfterMillis,
        @Nullable String failure,
        @Nullable String ending,
        @Nullable Integer records) {
    public static final JobScript COMPLETES = new JobScript(null, null, null, null);

    private static final long MILLIS = 1000;

    public static JobScript completesAfter(long millis) {
        return new JobScript(millis, null, null, null);
    }

    public static JobScript failsAfter(long millis, String failure) {
        return new JobScript(millis, failure, null, null);
    }

    /** A batch job that ends before all of its records are done. */
    public static JobScript endsEarly(long afterMillis, String ending, int records) {
        return new JobScript(afterMillis, null, ending, records);
    }

    public long durationMillis() {
        return endsAfterMillis == null ? MILLIS : endsAfterMillis;
    }
}
