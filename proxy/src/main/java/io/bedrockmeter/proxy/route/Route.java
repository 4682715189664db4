package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import org.jspecify.annotations.Nullable;

/** Where a request goes. */
public sealed interface Route {
    /**
     * To an operation.
     *
     * @param operation the operation
     * @param endpoint which of Bedrock's endpoints serves it
     * @param model what the path names, decoded once; null where the body names it
     * @param job the asynchronous invocation or batch job that the path names, decoded once; null if it names none
     * @param target the request target to send, exactly as it came but for a prefix of the proxy's own
     */
    record Found(
            Operation operation,
            Endpoint endpoint,
            @Nullable ModelRef model,
            @Nullable String job,
            String target) implements Route {}

    /** Nowhere: no operation has this method and path. */
    record Unknown(String why) implements Route {}

    /** Nowhere: the path names an operation, and something in it cannot be what it stands for. */
    record Malformed(String why) implements Route {}
}
