package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.model.ModelRef;

/** What came of a question to the control plane. */
public sealed interface Finding {
    /** The operation that decided, as in the service model; its permission is {@code bedrock:} and this name. */
    String operation();

    /** The word on the meter. */
    String label();

    /**
     * The model behind the identifier.
     *
     * @param model a foundation model or a system profile
     */
    record Model(String operation, ModelRef model) implements Finding {
        @Override
        public String label() {
            return "found";
        }
    }

    /**
     * None is known.
     *
     * @param message what was answered, for people
     */
    record Nothing(String operation, Why why, String message) implements Finding {
        @Override
        public String label() {
            return why.label;
        }
    }

    /** Why none is known. */
    enum Why {
        /** The permission is missing. */
        DENIED("denied", false),
        /** There is no such thing, or not any more. */
        NOT_FOUND("not_found", false),
        /** The question itself was refused. */
        REFUSED("refused", false),
        /** The answer names no single model, as that of a router over several. */
        AMBIGUOUS("ambiguous", false),
        /** Too many questions. */
        THROTTLED("throttled", true),
        /** No answer, or a failure of the other side. */
        UNAVAILABLE("unavailable", true);

        private final String label;
        private final boolean passing;

        Why(String label, boolean passing) {
            this.label = label;
            this.passing = passing;
        }

        /** Whether it is likely to pass by itself, and soon. */
        boolean isPassing() {
            return passing;
        }
    }
}
