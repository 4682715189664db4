package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.usage.WireFormat;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operation that this proxy serves: those of the service model of Bedrock Runtime, the routes beside it that have the wire
 * formats of OpenAI and Anthropic, and of the control plane those about batch jobs. Whatever is not listed is refused. Where each is found, {@link RouteTable} says.
 */
public enum Operation {
    INVOKE_MODEL("InvokeModel", WireFormat.INVOKE_JSON),
    INVOKE_MODEL_WITH_RESPONSE_STREAM("InvokeModelWithResponseStream", WireFormat.INVOKE_EVENT_STREAM),
    INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM("InvokeModelWithBidirectionalStream", WireFormat.BIDIRECTIONAL_EVENT_STREAM),
    CONVERSE("Converse", WireFormat.CONVERSE_JSON),
    CONVERSE_STREAM("ConverseStream", WireFormat.CONVERSE_EVENT_STREAM),
    COUNT_TOKENS("CountTokens", WireFormat.COUNT_TOKENS),
    APPLY_GUARDRAIL("ApplyGuardrail", WireFormat.APPLY_GUARDRAIL),
    INVOKE_GUARDRAIL_CHECKS("InvokeGuardrailChecks", WireFormat.GUARDRAIL_CHECKS),
    START_ASYNC_INVOKE("StartAsyncInvoke", WireFormat.ASYNC_JOB),
    GET_ASYNC_INVOKE("GetAsyncInvoke", WireFormat.UNBILLED),
    LIST_ASYNC_INVOKES("ListAsyncInvokes", WireFormat.UNBILLED),
    CREATE_MODEL_INVOCATION_JOB("CreateModelInvocationJob", WireFormat.BATCH_JOB),
    GET_MODEL_INVOCATION_JOB("GetModelInvocationJob", WireFormat.UNBILLED),
    LIST_MODEL_INVOCATION_JOBS("ListModelInvocationJobs", WireFormat.UNBILLED),
    STOP_MODEL_INVOCATION_JOB("StopModelInvocationJob", WireFormat.UNBILLED),
    OPENAI_CHAT_COMPLETIONS("OpenAIChatCompletions", WireFormat.CHAT_COMPLETIONS),
    OPENAI_RESPONSES("OpenAIResponses", WireFormat.RESPONSES),
    OPENAI_GET_RESPONSE("OpenAIGetResponse", WireFormat.UNBILLED),
    OPENAI_CANCEL_RESPONSE("OpenAICancelResponse", WireFormat.UNBILLED),
    OPENAI_DELETE_RESPONSE("OpenAIDeleteResponse", WireFormat.UNBILLED),
    ANTHROPIC_MESSAGES("AnthropicMessages", WireFormat.MESSAGES),
    ANTHROPIC_COUNT_TOKENS("AnthropicCountTokens", WireFormat.COUNT_TOKENS),
    LIST_MODELS("ListModels", WireFormat.UNBILLED);

    private final String operationName;
    private final WireFormat wireFormat;

    Operation(String operationName, WireFormat wireFormat) {
        this.operationName = operationName;
        this.wireFormat = wireFormat;
    }

    /**
     * What is wrong with names that somebody wrote down, if they are not all names of operations; reads on after what they stand
     * under. Null if they are.
     */
    public static @Nullable String faultOf(Collection<String> names) {
        List<String> known =
                Arrays.stream(values()).map(Operation::operationName).toList();
        String unknown = names.stream().filter(name -> !known.contains(name)).collect(Collectors.joining(", "));
        return unknown.isEmpty() ? null : "no such operation: " + unknown + "; there are " + String.join(", ", known);
    }

    /** Its name in the service model, in the ledger and on meters. */
    public String operationName() {
        return operationName;
    }

    /** How its answer is framed. */
    public WireFormat wireFormat() {
        return wireFormat;
    }

    /** Whether the body, and not the path, names the model. */
    public boolean bodyNamesModel() {
        return switch (this) {
            case START_ASYNC_INVOKE,
                    CREATE_MODEL_INVOCATION_JOB,
                    OPENAI_CHAT_COMPLETIONS,
                    OPENAI_RESPONSES,
                    ANTHROPIC_MESSAGES,
                    ANTHROPIC_COUNT_TOKENS -> true;
            default -> false;
        };
    }

    /** Whether a guardrail that the request names is sure to watch over the answer. */
    public boolean takesGuardrail() {
        return switch (this) {
            case INVOKE_MODEL, INVOKE_MODEL_WITH_RESPONSE_STREAM, CONVERSE, CONVERSE_STREAM, OPENAI_CHAT_COMPLETIONS ->
                true;
            default -> false;
        };
    }

    /** Whether request and answer are streams that pass at the same time, which takes HTTP/2. */
    public boolean isBidirectional() {
        return this == INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM;
    }

    /** What kind of jobs it is about; null if it is about none. */
    public @Nullable JobKind jobs() {
        return switch (this) {
            case START_ASYNC_INVOKE, GET_ASYNC_INVOKE, LIST_ASYNC_INVOKES -> JobKind.ASYNC_INVOCATION;
            case CREATE_MODEL_INVOCATION_JOB,
                    GET_MODEL_INVOCATION_JOB,
                    LIST_MODEL_INVOCATION_JOBS,
                    STOP_MODEL_INVOCATION_JOB -> JobKind.BATCH;
            default -> null;
        };
    }

    /** Whether it begins a job. */
    public boolean beginsJob() {
        return this == START_ASYNC_INVOKE || this == CREATE_MODEL_INVOCATION_JOB;
    }
}
