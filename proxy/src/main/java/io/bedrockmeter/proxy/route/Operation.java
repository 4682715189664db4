package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.usage.WireFormat;
import org.jspecify.annotations.Nullable;

/** An operation of Bedrock Runtime that this proxy serves. Whatever is not listed is refused. */
public enum Operation {
    INVOKE_MODEL("InvokeModel", "invoke", WireFormat.INVOKE_JSON),
    INVOKE_MODEL_WITH_RESPONSE_STREAM(
            "InvokeModelWithResponseStream", "invoke-with-response-stream", WireFormat.INVOKE_EVENT_STREAM),
    CONVERSE("Converse", "converse", WireFormat.CONVERSE_JSON),
    CONVERSE_STREAM("ConverseStream", "converse-stream", WireFormat.CONVERSE_EVENT_STREAM);

    private final String operationName;
    private final String action;
    private final WireFormat wireFormat;

    Operation(String operationName, String action, WireFormat wireFormat) {
        this.operationName = operationName;
        this.action = action;
        this.wireFormat = wireFormat;
    }

    /** Its name in the service model, in the ledger and on meters. */
    public String operationName() {
        return operationName;
    }

    /** How its answer is framed. */
    public WireFormat wireFormat() {
        return wireFormat;
    }

    /** The operation whose path is {@code /model/{modelId}/action}; null if there is none. */
    static @Nullable Operation ofModelAction(String action) {
        for (Operation operation : values()) {
            if (operation.action.equals(action)) {
                return operation;
            }
        }
        return null;
    }
}
