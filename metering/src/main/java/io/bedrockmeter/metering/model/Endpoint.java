package io.bedrockmeter.metering.model;

/** Which of Amazon Bedrock's two hosts for inference a call goes to. */
public enum Endpoint {
    /** {@code bedrock-runtime}: every operation of the service model, and the routes of OpenAI and Anthropic. */
    RUNTIME("runtime"),
    /** {@code bedrock-mantle}: the routes of OpenAI and Anthropic only, with bare model ids and some prices of its own. */
    MANTLE("mantle");

    private final String label;

    Endpoint(String label) {
        this.label = label;
    }

    /** The name in price books and reports. */
    public String label() {
        return label;
    }
}
