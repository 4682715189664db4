package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.model.ModelRef;

/** Where a request goes. */
public sealed interface Route {
    /**
     * To an operation on a model.
     *
     * @param operation the operation
     * @param model the model named, decoded once
     * @param rawPath the request target exactly as it came
     */
    record ToModel(Operation operation, ModelRef model, String rawPath) implements Route {}

    /** Nowhere: no operation has this method and path. */
    record Unknown(String why) implements Route {}

    /** Nowhere: the path names an operation, and its model identifier cannot be one. */
    record Malformed(String why) implements Route {}
}
