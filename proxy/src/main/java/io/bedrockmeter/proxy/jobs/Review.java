package io.bedrockmeter.proxy.jobs;

import java.nio.ByteBuffer;

/** What of an answer about jobs may be passed on to its caller. */
public sealed interface Review {
    /** Whether another call is charged for the job that the answer is about. */
    default boolean isAboutJobBegunBefore() {
        return false;
    }

    /** This of it. */
    record Passes(ByteBuffer body, boolean isAboutJobBegunBefore) implements Review {}

    /** Nothing: it is about a job that somebody else began. */
    record OfAnother() implements Review {
        @Override
        public boolean isAboutJobBegunBefore() {
            return true;
        }
    }

    /** Nothing: it is not what such an answer is, so that nobody can say whom it is about. */
    record Unreadable(boolean isAboutJobBegunBefore) implements Review {}

    /** Nothing: the ledger could not be asked whom it is about. */
    record Unknown() implements Review {}
}
