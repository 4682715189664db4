package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.Nullable;

/**
 * How an asynchronous invocation goes on.
 *
 * @param endsAfterMillis how long it is in progress; null: one second
 * @param failure why it fails; null: it completes
 */
public record JobScript(
        @Nullable Long endsAfterMillis, @Nullable String failure) {
    public static final JobScript COMPLETES = new JobScript(null, null);

    private static final long MILLIS = 1000;

    public static JobScript completesAfter(long millis) {
        return new JobScript(millis, null);
    }

    public static JobScript failsAfter(long millis, String failure) {
        return new JobScript(millis, failure);
    }

    public long durationMillis() {
        return endsAfterMillis == null ? MILLIS : endsAfterMillis;
    }
}
