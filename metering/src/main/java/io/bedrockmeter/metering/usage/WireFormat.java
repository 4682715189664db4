package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.Nullable;

/** How the answer of an operation is framed, and therefore where its usage is found. */
public enum WireFormat {
    /** InvokeModel: the model's own JSON, with token counts in response headers. */
    INVOKE_JSON(Pieces.NEVER),
    /** InvokeModelWithResponseStream: event-stream frames that wrap the model's own JSON in base64. */
    INVOKE_EVENT_STREAM(Pieces.ALWAYS),
    /** Converse: JSON with a {@code usage} object. */
    CONVERSE_JSON(Pieces.NEVER),
    /** ConverseStream: event-stream frames whose last, {@code metadata}, holds the usage. */
    CONVERSE_EVENT_STREAM(Pieces.ALWAYS),
    /** {@code chat/completions}: one JSON document, or server-sent events. */
    CHAT_COMPLETIONS(Pieces.IF_ANSWERED_SO),
    /** {@code responses}: one JSON document, or server-sent events. */
    RESPONSES(Pieces.IF_ANSWERED_SO),
    /** {@code anthropic/v1/messages}: one JSON document, or server-sent events. */
    MESSAGES(Pieces.IF_ANSWERED_SO),
    /** CountTokens and its like: free, and the tokens in the answer are not usage. */
    COUNT_TOKENS(Pieces.NEVER),
    /** ApplyGuardrail: the units of each policy in a {@code usage} object. */
    APPLY_GUARDRAIL(Pieces.NEVER),
    /** InvokeGuardrailChecks: the text units of each check in a {@code usage} object. */
    GUARDRAIL_CHECKS(Pieces.NEVER),
    /** StartAsyncInvoke: the answer is an ARN, so what will be consumed follows from the request. */
    ASYNC_JOB(Pieces.NEVER),
    /** CreateModelInvocationJob: the answer is an ARN, and it is the records of the job that are billed, not the call. */
    BATCH_JOB(Pieces.NEVER),
    /** InvokeModelWithBidirectionalStream: event-stream frames that wrap events in base64, running totals among them. */
    BIDIRECTIONAL_EVENT_STREAM(Pieces.ALWAYS),
    /** A call about calls, such as getting a stored response: whatever usage its answer tells is another call's. */
    UNBILLED(Pieces.IF_ANSWERED_SO);

    private static final String SERVER_SENT_EVENTS = "text/event-stream";

    private final Pieces pieces;

    WireFormat(Pieces pieces) {
        this.pieces = pieces;
    }

    /**
     * Whether an answer arrives in pieces that the caller uses as they come.
     *
     * @param contentType the answer's {@code Content-Type}; null if it has none
     */
    public boolean streamed(@Nullable String contentType) {
        return switch (pieces) {
            case ALWAYS -> true;
            case NEVER -> false;
            case IF_ANSWERED_SO -> contentType != null && isServerSentEvents(contentType);
        };
    }

    /** Whether a media type, with or without parameters, is that of server-sent events. */
    static boolean isServerSentEvents(String contentType) {
        String type = contentType.strip();
        return type.regionMatches(true, 0, SERVER_SENT_EVENTS, 0, SERVER_SENT_EVENTS.length());
    }

    private enum Pieces {
        ALWAYS,
        NEVER,
        IF_ANSWERED_SO
    }
}
