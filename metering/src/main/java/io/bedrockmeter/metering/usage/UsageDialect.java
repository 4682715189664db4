package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;

/**
 * How a wire format reports usage. A dialect is code; which paths and rules a model's family adds to it is data.
 */
enum UsageDialect {
    /** InvokeModel and its stream: the model's own JSON, so every path comes from its family. */
    INVOKE,
    /** Converse and its stream: one shape for all models. */
    CONVERSE,
    /** Chat completions: input includes what was cached; in a stream only the last document tells, if it was asked to. */
    CHAT,
    /** Responses: input includes what was cached; in a stream the last event holds the whole response. */
    RESPONSES,
    /** Messages: what Claude says in its body, whatever the host. */
    MESSAGES,
    /** A guardrail alone: units of each policy, and no tokens. */
    GUARDRAIL,
    /** Guardrail checks alone: text units of each check, and no tokens. */
    GUARDRAIL_CHECKS,
    /** A job that is only begun: its request tells what it will consume. */
    JOB,
    /** Speech in both directions: running totals, of which the last stands. */
    SPEECH,
    /** Calls that nobody bills; nothing is read of their answers. */
    UNBILLED;

    /** The dialect of a format. */
    static UsageDialect of(WireFormat format) {
        return switch (format) {
            case INVOKE_JSON, INVOKE_EVENT_STREAM -> INVOKE;
            case CONVERSE_JSON, CONVERSE_EVENT_STREAM -> CONVERSE;
            case CHAT_COMPLETIONS -> CHAT;
            case RESPONSES -> RESPONSES;
            case MESSAGES -> MESSAGES;
            case APPLY_GUARDRAIL -> GUARDRAIL;
            case GUARDRAIL_CHECKS -> GUARDRAIL_CHECKS;
            case ASYNC_JOB, BATCH_JOB -> JOB;
            case BIDIRECTIONAL_EVENT_STREAM -> SPEECH;
            case COUNT_TOKENS, UNBILLED -> UNBILLED;
        };
    }

    /** What is watched in a request. */
    JsonPaths requestPaths(Family family) {
        return switch (this) {
            case INVOKE -> family.requestPaths();
            case CONVERSE -> DialectPaths.CONVERSE_REQUEST;
            case CHAT -> DialectPaths.CHAT_REQUEST;
            case RESPONSES -> DialectPaths.RESPONSES_REQUEST;
            case MESSAGES -> DialectPaths.MESSAGES_REQUEST;
            case JOB -> DialectPaths.JOB_REQUEST;
            case GUARDRAIL, GUARDRAIL_CHECKS, SPEECH, UNBILLED -> DialectPaths.MODEL_ONLY;
        };
    }

    /** What is watched in an answer that is one document. */
    JsonPaths documentPaths(Family family) {
        return switch (this) {
            case INVOKE -> family.answerPaths();
            case CONVERSE -> DialectPaths.CONVERSE;
            case CHAT -> DialectPaths.CHAT;
            case RESPONSES -> DialectPaths.RESPONSES;
            case MESSAGES -> DialectPaths.MESSAGES;
            case GUARDRAIL -> DialectPaths.GUARDRAIL;
            case GUARDRAIL_CHECKS -> DialectPaths.GUARDRAIL_CHECKS;
            case JOB -> DialectPaths.JOB;
            case SPEECH, UNBILLED -> DialectPaths.NOTHING;
        };
    }

    /** What is watched in each document of a stream. */
    JsonPaths streamPaths(Family family) {
        return switch (this) {
            case INVOKE -> family.streamPaths();
            case CONVERSE -> DialectPaths.CONVERSE;
            case CHAT -> DialectPaths.CHAT_STREAM;
            case RESPONSES -> DialectPaths.RESPONSES_STREAM;
            case MESSAGES -> DialectPaths.MESSAGES_STREAM;
            case SPEECH -> DialectPaths.SPEECH;
            case GUARDRAIL, GUARDRAIL_CHECKS, JOB, UNBILLED -> DialectPaths.NOTHING;
        };
    }

    /** How the documents of a stream make one tally. */
    Tally.Join join() {
        return this == CONVERSE ? Tally.Join.FIRST_VALID : Tally.Join.LATEST;
    }

    /** Whether every model that speaks it counts tokens both ways, whatever its family says of its own JSON. */
    boolean countsTokens() {
        return switch (this) {
            case CONVERSE, CHAT, RESPONSES, MESSAGES -> true;
            case INVOKE, GUARDRAIL, GUARDRAIL_CHECKS, JOB, SPEECH, UNBILLED -> false;
        };
    }
}
