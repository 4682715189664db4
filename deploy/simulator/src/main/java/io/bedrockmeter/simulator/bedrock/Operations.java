package io.bedrockmeter.simulator.bedrock;

import java.time.DateTimeException;

/** Answers the operations that run no model while the caller waits. Thread-safe. */
final class Operations {
    private final AsyncJobs jobs;
    private final ResponseOperations responses;

    Operations(AsyncJobs jobs, ResponseOperations responses) {
        this.jobs = jobs;
        this.responses = responses;
    }

    /** Forgets the asynchronous jobs. */
    void reset() {
        jobs.clear();
    }

    Reply answer(Reply.Asked asked) {
        try {
            return reply(asked);
        } catch (IllegalArgumentException | DateTimeException malformed) {
            return new Reply.Failed(Errors.validation("A parameter is malformed: " + malformed.getMessage()));
        }
    }

    private Reply reply(Reply.Asked asked) {
        return switch (asked.route().operation()) {
            case COUNT_TOKENS, MESSAGES_COUNT_TOKENS -> TokenCounting.count(asked);
            case APPLY_GUARDRAIL -> GuardrailOperations.apply(asked);
            case INVOKE_GUARDRAIL_CHECKS -> GuardrailOperations.check(asked);
            case START_ASYNC_INVOKE -> jobs.start(asked);
            case GET_ASYNC_INVOKE -> jobs.get(asked);
            case LIST_ASYNC_INVOKES -> jobs.list(asked);
            case GET_RESPONSE -> responses.get(asked);
            case CANCEL_RESPONSE -> responses.cancel(asked);
            case DELETE_RESPONSE -> responses.delete(asked);
            case LIST_MODELS -> ResponseOperations.models();
            case INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM ->
                new Reply.Failed(Errors.validation("A bidirectional stream needs HTTP/2."));
            case INVOKE_MODEL,
                    INVOKE_MODEL_WITH_RESPONSE_STREAM,
                    CONVERSE,
                    CONVERSE_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES -> throw new IllegalStateException(asked.route() + " is an inference");
        };
    }
}
