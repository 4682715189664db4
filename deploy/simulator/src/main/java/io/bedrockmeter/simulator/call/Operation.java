package io.bedrockmeter.simulator.call;

import java.util.Arrays;
import java.util.Optional;

/** An operation of the runtime API that the simulator serves. */
public enum Operation {
    INVOKE_MODEL("InvokeModel", "invoke"),
    INVOKE_MODEL_WITH_RESPONSE_STREAM("InvokeModelWithResponseStream", "invoke-with-response-stream"),
    CONVERSE("Converse", "converse"),
    CONVERSE_STREAM("ConverseStream", "converse-stream");

    private final String apiName;
    private final String lastSegment;

    Operation(String apiName, String lastSegment) {
        this.apiName = apiName;
        this.lastSegment = lastSegment;
    }

    static Optional<Operation> ofLastSegment(String segment) {
        return Arrays.stream(values())
                .filter(operation -> operation.lastSegment.equals(segment))
                .findFirst();
    }

    /** The name in the service model, for example {@code ConverseStream}. */
    public String apiName() {
        return apiName;
    }

    public boolean isStream() {
        return this == INVOKE_MODEL_WITH_RESPONSE_STREAM || this == CONVERSE_STREAM;
    }

    public boolean isConverse() {
        return this == CONVERSE || this == CONVERSE_STREAM;
    }
}
