package io.bedrockmeter.simulator.call;

/** An operation that the simulator serves. The control plane has its own. */
public enum Operation {
    INVOKE_MODEL("InvokeModel", Dialect.AWS),
    INVOKE_MODEL_WITH_RESPONSE_STREAM("InvokeModelWithResponseStream", Dialect.AWS),
    INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM("InvokeModelWithBidirectionalStream", Dialect.AWS),
    CONVERSE("Converse", Dialect.AWS),
    CONVERSE_STREAM("ConverseStream", Dialect.AWS),
    COUNT_TOKENS("CountTokens", Dialect.AWS),
    APPLY_GUARDRAIL("ApplyGuardrail", Dialect.AWS),
    INVOKE_GUARDRAIL_CHECKS("InvokeGuardrailChecks", Dialect.AWS),
    START_ASYNC_INVOKE("StartAsyncInvoke", Dialect.AWS),
    GET_ASYNC_INVOKE("GetAsyncInvoke", Dialect.AWS),
    LIST_ASYNC_INVOKES("ListAsyncInvokes", Dialect.AWS),
    CHAT_COMPLETIONS("OpenAIChatCompletions", Dialect.OPENAI),
    RESPONSES("OpenAIResponses", Dialect.OPENAI),
    GET_RESPONSE("OpenAIGetResponse", Dialect.OPENAI),
    CANCEL_RESPONSE("OpenAICancelResponse", Dialect.OPENAI),
    DELETE_RESPONSE("OpenAIDeleteResponse", Dialect.OPENAI),
    LIST_MODELS("ListModels", Dialect.OPENAI),
    MESSAGES("AnthropicMessages", Dialect.ANTHROPIC),
    MESSAGES_COUNT_TOKENS("AnthropicCountTokens", Dialect.ANTHROPIC);

    private final String apiName;
    private final Dialect dialect;

    Operation(String apiName, Dialect dialect) {
        this.apiName = apiName;
        this.dialect = dialect;
    }

    /** The name in the service model, for example {@code ConverseStream}; of its own where it is in none. */
    public String apiName() {
        return apiName;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Whether its answer is an event stream whatever the request says. */
    public boolean isEventStream() {
        return this == INVOKE_MODEL_WITH_RESPONSE_STREAM || this == CONVERSE_STREAM;
    }

    public boolean isConverse() {
        return this == CONVERSE || this == CONVERSE_STREAM;
    }

    public boolean isInvoke() {
        return this == INVOKE_MODEL || this == INVOKE_MODEL_WITH_RESPONSE_STREAM;
    }

    /** Whether a model generates for it while the caller waits. */
    public boolean isInference() {
        return switch (this) {
            case INVOKE_MODEL,
                    INVOKE_MODEL_WITH_RESPONSE_STREAM,
                    CONVERSE,
                    CONVERSE_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES -> true;
            case INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM,
                    COUNT_TOKENS,
                    APPLY_GUARDRAIL,
                    INVOKE_GUARDRAIL_CHECKS,
                    START_ASYNC_INVOKE,
                    GET_ASYNC_INVOKE,
                    LIST_ASYNC_INVOKES,
                    GET_RESPONSE,
                    CANCEL_RESPONSE,
                    DELETE_RESPONSE,
                    LIST_MODELS,
                    MESSAGES_COUNT_TOKENS -> false;
        };
    }
}
