package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a price buys one of: each {@link UsageUnit} that a call can consume, and the units of capacity, storage and training
 * that are sold beside calls.
 */
public enum PriceUnit {
    INPUT(UsageUnit.INPUT),
    CACHE_READ(UsageUnit.CACHE_READ),
    CACHE_WRITE_5M(UsageUnit.CACHE_WRITE_5M),
    CACHE_WRITE_30M(UsageUnit.CACHE_WRITE_30M),
    CACHE_WRITE_1H(UsageUnit.CACHE_WRITE_1H),
    OUTPUT(UsageUnit.OUTPUT),
    SPEECH_INPUT(UsageUnit.SPEECH_INPUT),
    SPEECH_OUTPUT(UsageUnit.SPEECH_OUTPUT),
    IMAGE(UsageUnit.IMAGE),
    IMAGE_INPUT(UsageUnit.IMAGE_INPUT),
    VIDEO_SECOND(UsageUnit.VIDEO_SECOND),
    VIDEO_INPUT_SECOND(UsageUnit.VIDEO_INPUT_SECOND),
    AUDIO_INPUT_SECOND(UsageUnit.AUDIO_INPUT_SECOND),
    SEARCH_UNIT(UsageUnit.SEARCH_UNIT),
    TEXT_REQUEST(UsageUnit.TEXT_REQUEST),
    WEB_GROUNDING_REQUEST(UsageUnit.WEB_GROUNDING_REQUEST),
    WEB_SEARCH_QUERY(UsageUnit.WEB_SEARCH_QUERY),
    GUARDRAIL_CONTENT(UsageUnit.GUARDRAIL_CONTENT),
    GUARDRAIL_CONTENT_IMAGE(UsageUnit.GUARDRAIL_CONTENT_IMAGE),
    GUARDRAIL_TOPIC(UsageUnit.GUARDRAIL_TOPIC),
    GUARDRAIL_WORD(UsageUnit.GUARDRAIL_WORD),
    GUARDRAIL_SENSITIVE_INFORMATION(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION),
    GUARDRAIL_SENSITIVE_INFORMATION_FREE(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE),
    GUARDRAIL_CONTEXTUAL_GROUNDING(UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING),
    GUARDRAIL_AUTOMATED_REASONING(UsageUnit.GUARDRAIL_AUTOMATED_REASONING),
    GUARDRAIL_CHECK_CONTENT_FILTER(UsageUnit.GUARDRAIL_CHECK_CONTENT_FILTER),
    GUARDRAIL_CHECK_PROMPT_ATTACK(UsageUnit.GUARDRAIL_CHECK_PROMPT_ATTACK),
    GUARDRAIL_CHECK_SENSITIVE_INFORMATION(UsageUnit.GUARDRAIL_CHECK_SENSITIVE_INFORMATION),
    /** One model unit of provisioned throughput for one hour. */
    MODEL_UNIT_HOUR("model_unit_hour"),
    /** A reservation of a thousand input tokens a minute, for one hour. */
    INPUT_KTPM_HOUR("input_ktpm_hour"),
    /** A reservation of a thousand output tokens a minute, for one hour. */
    OUTPUT_KTPM_HOUR("output_ktpm_hour"),
    /** One custom model unit of an imported model, awake for one minute. */
    CUSTOM_MODEL_UNIT_MINUTE("custom_model_unit_minute"),
    /** Storage of one custom model unit of an imported model for one month. */
    CUSTOM_MODEL_UNIT_STORAGE_MONTH("custom_model_unit_storage_month"),
    /** Storage of one fine-tuned model for one month. */
    CUSTOM_MODEL_STORAGE_MONTH("custom_model_storage_month"),
    /** One token of a training corpus, once for each epoch. */
    TRAINING_TOKEN("training_token"),
    /** One hour of training. */
    TRAINING_HOUR("training_hour"),
    /** One image shown to a model in training. */
    TRAINING_IMAGE_SEEN("training_image_seen");

    private static final Map<UsageUnit, PriceUnit> BY_USAGE = new EnumMap<>(UsageUnit.class);

    static {
        Arrays.stream(values()).forEach(unit -> unit.usage().ifPresent(usage -> BY_USAGE.put(usage, unit)));
    }

    private final String label;
    private final @Nullable UsageUnit usage;

    PriceUnit(UsageUnit usage) {
        this.label = usage.label();
        this.usage = usage;
    }

    PriceUnit(String label) {
        this.label = label;
        this.usage = null;
    }

    /** The name in price books. */
    public String label() {
        return label;
    }

    /** The unit that a call consumes; empty for what is sold beside calls. */
    public Optional<UsageUnit> usage() {
        return Optional.ofNullable(usage);
    }

    /** The price unit of a unit of usage. */
    public static PriceUnit of(UsageUnit usage) {
        PriceUnit unit = BY_USAGE.get(usage);
        if (unit == null) {
            throw new IllegalArgumentException(
                    "no price unit stands for usage unit '" + usage.label() + "'; add a constant to PriceUnit");
        }
        return unit;
    }
}
