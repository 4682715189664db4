package io.bedrockmeter.metering.usage;

/**
 * A thing that Amazon Bedrock bills by count. The units are disjoint: each token lands in exactly one.
 *
 * <p>{@link #INPUT} is uncached input only. Constants are ordered as they appear in reports; {@link #label()} is the name
 * in the ledger, on meters ({@code type}) and in price books.
 */
public enum UsageUnit {
    INPUT("input", true),
    CACHE_READ("cache_read", true),
    CACHE_WRITE_5M("cache_write_5m", true),
    CACHE_WRITE_30M("cache_write_30m", true),
    CACHE_WRITE_1H("cache_write_1h", true),
    OUTPUT("output", true),
    SPEECH_INPUT("speech_input", true),
    SPEECH_OUTPUT("speech_output", true),
    IMAGE("image", false),
    IMAGE_INPUT("image_input", false),
    VIDEO_SECOND("video_second", false),
    VIDEO_INPUT_SECOND("video_input_second", false),
    AUDIO_INPUT_SECOND("audio_input_second", false),
    SEARCH_UNIT("search_unit", false),
    TEXT_REQUEST("text_request", false),
    WEB_GROUNDING_REQUEST("web_grounding_request", false),
    WEB_SEARCH_QUERY("web_search_query", false),
    GUARDRAIL_CONTENT("guardrail_content", false),
    GUARDRAIL_CONTENT_IMAGE("guardrail_content_image", false),
    GUARDRAIL_TOPIC("guardrail_topic", false),
    GUARDRAIL_WORD("guardrail_word", false),
    GUARDRAIL_SENSITIVE_INFORMATION("guardrail_sensitive_information", false),
    GUARDRAIL_SENSITIVE_INFORMATION_FREE("guardrail_sensitive_information_free", false),
    GUARDRAIL_CONTEXTUAL_GROUNDING("guardrail_contextual_grounding", false),
    GUARDRAIL_AUTOMATED_REASONING("guardrail_automated_reasoning", false),
    GUARDRAIL_CHECK_CONTENT_FILTER("guardrail_check_content_filter", false),
    GUARDRAIL_CHECK_PROMPT_ATTACK("guardrail_check_prompt_attack", false),
    GUARDRAIL_CHECK_SENSITIVE_INFORMATION("guardrail_check_sensitive_information", false),
    /** A millionth of a model unit of provisioned throughput, held for an hour. */
    MODEL_UNIT_MICROHOUR("model_unit_microhour", false),
    /** A millionth of a custom model unit of an imported model, awake for a minute. */
    CUSTOM_MODEL_UNIT_MICROMINUTE("custom_model_unit_microminute", false);

    private final String label;
    private final boolean token;

    UsageUnit(String label, boolean token) {
        this.label = label;
        this.token = token;
    }

    /** The name in the ledger, on meters and in price books. */
    public String label() {
        return label;
    }

    /** Whether this unit counts tokens; the others count images, seconds, searches, requests or guardrail units. */
    public boolean isToken() {
        return token;
    }

    /** Whether this unit is billed by a guardrail and not by the model. */
    public boolean isGuardrail() {
        return label.startsWith("guardrail_");
    }

    /** Whether this unit is billed by a check without a guardrail behind it. */
    public boolean isGuardrailCheck() {
        return label.startsWith("guardrail_check_");
    }

    /** Whether this unit is paid by time and consumed by no call. */
    public boolean isCapacity() {
        return this == MODEL_UNIT_MICROHOUR || this == CUSTOM_MODEL_UNIT_MICROMINUTE;
    }

    /**
     * The unit of a label.
     *
     * @throws IllegalArgumentException if no unit has it
     */
    public static UsageUnit of(String label) {
        for (UsageUnit unit : values()) {
            if (unit.label.equals(label)) {
                return unit;
            }
        }
        throw new IllegalArgumentException("no usage unit is called '" + label + "'");
    }
}
