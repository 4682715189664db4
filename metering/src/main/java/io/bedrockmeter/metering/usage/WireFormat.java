package io.bedrockmeter.metering.usage;

/** How the answer of an operation is framed, and therefore where its usage is found. */
public enum WireFormat {
    /** InvokeModel: the model's own JSON, with token counts in response headers. */
    INVOKE_JSON(false),
    /** InvokeModelWithResponseStream: event-stream frames that wrap the model's own JSON in base64. */
    INVOKE_EVENT_STREAM(true),
    /** Converse: JSON with a {@code usage} object. */
    CONVERSE_JSON(false),
    /** ConverseStream: event-stream frames whose last, {@code metadata}, holds the usage. */
    CONVERSE_EVENT_STREAM(true);

    private final boolean streamed;

    WireFormat(boolean streamed) {
        this.streamed = streamed;
    }

    /** Whether the answer arrives in pieces that the caller uses as they come. */
    public boolean streamed() {
        return streamed;
    }
}
