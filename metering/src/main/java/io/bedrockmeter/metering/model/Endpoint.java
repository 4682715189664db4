package io.bedrockmeter.metering.model;

import java.util.Map;

/** Which of Amazon Bedrock's hosts a call goes to: one of the two for inference, or that of the control plane. */
public enum Endpoint {
    /** {@code bedrock-runtime}: every operation of the service model, and the routes of OpenAI and Anthropic. */
    RUNTIME("runtime"),
    /** {@code bedrock-mantle}: the routes of OpenAI and Anthropic only, with bare model ids and some prices of its own. */
    MANTLE("mantle"),
    /** {@code bedrock}, the control plane: batch jobs, whose records are priced as those of the runtime. */
    CONTROL("control");

    /** The attribute, of prices and of recorded calls, that names an endpoint where it is not the runtime. */
    public static final String ATTRIBUTE = "endpoint";

    private final String label;

    Endpoint(String label) {
        this.label = label;
    }

    /** The name in price books and reports. */
    public String label() {
        return label;
    }

    /** The endpoint that attributes name; the runtime if they name none. */
    public static Endpoint of(Map<String, String> attributes) {
        return MANTLE.label.equals(attributes.get(ATTRIBUTE)) ? MANTLE : RUNTIME;
    }
}
