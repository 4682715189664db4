package io.bedrockmeter.metering.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the facts that a response can report, by which a scanner names them to a {@link Tally}.
 *
 * <p>Facts below {@link #COUNTS} are counts. Those of the model's own body come first; the same four again as Amazon
 * Bedrock measured them, in headers or in the last chunk of a stream; then guardrail units.
 */
final class Slot {
    /** Uncached input. */
    static final int INPUT = 0;

    /** Output, final where it is reported. */
    static final int OUTPUT = 1;
    /** Output so far; final once the stream has ended. */
    static final int OUTPUT_RUNNING = 2;
    /** Output at the start of a stream: a first small number that says nothing about the rest. */
    static final int OUTPUT_START = 3;

    static final int CACHE_READ = 4;
    static final int CACHE_WRITE = 5;
    static final int CACHE_WRITE_5M = 6;
    static final int CACHE_WRITE_1H = 7;
    static final int CACHE_WRITE_30M = 8;

    /** Cached tokens that {@link #INPUT} includes, to be taken off it: the convention of OpenAI. */
    static final int CACHED_OF_INPUT = 9;
    /** Tokens written to a cache that {@link #INPUT} includes. */
    static final int WRITTEN_OF_INPUT = 10;

    /** All tokens, to check the others by. */
    static final int TOTAL = 11;

    static final int MEASURED_INPUT = 12;
    static final int MEASURED_OUTPUT = 13;
    static final int MEASURED_CACHE_READ = 14;
    static final int MEASURED_CACHE_WRITE = 15;

    static final int GUARDRAIL = 16;

    /** The units of {@link #GUARDRAIL} and the slots after it, in their order. */
    static final List<UsageUnit> GUARDRAIL_UNITS = List.of(
            UsageUnit.GUARDRAIL_CONTENT,
            UsageUnit.GUARDRAIL_CONTENT_IMAGE,
            UsageUnit.GUARDRAIL_TOPIC,
            UsageUnit.GUARDRAIL_WORD,
            UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION,
            UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE,
            UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING,
            UsageUnit.GUARDRAIL_AUTOMATED_REASONING);

    /** The names of the same in a guardrail's trace. */
    static final List<String> GUARDRAIL_NAMES = List.of(
            "contentPolicyUnits",
            "contentPolicyImageUnits",
            "topicPolicyUnits",
            "wordPolicyUnits",
            "sensitiveInformationPolicyUnits",
            "sensitiveInformationPolicyFreeUnits",
            "contextualGroundingPolicyUnits",
            "automatedReasoningPolicyUnits");

    /** Tokens of speech; {@link #INPUT} and {@link #OUTPUT} are then those of text. */
    static final int SPEECH_INPUT = GUARDRAIL + GUARDRAIL_UNITS.size();

    static final int SPEECH_OUTPUT = SPEECH_INPUT + 1;

    /** Text units of standalone checks. */
    static final int CHECK = SPEECH_OUTPUT + 1;

    /** The units of {@link #CHECK} and the slots after it, in their order. */
    static final List<UsageUnit> CHECK_UNITS = List.of(
            UsageUnit.GUARDRAIL_CHECK_CONTENT_FILTER,
            UsageUnit.GUARDRAIL_CHECK_PROMPT_ATTACK,
            UsageUnit.GUARDRAIL_CHECK_SENSITIVE_INFORMATION);

    /** The names of the same in an answer. */
    static final List<String> CHECK_NAMES = List.of("contentFilter", "promptAttack", "sensitiveInformation");

    /** Images in the answer. */
    static final int IMAGE = CHECK + CHECK_UNITS.size();

    /** Search units in the answer. */
    static final int SEARCH_UNIT = IMAGE + 1;

    /** How many slots hold counts; at most 32, for a bit is kept of each. */
    static final int COUNTS = SEARCH_UNIT + 1;

    static final int SERVICE_TIER = 32;
    static final int LATENCY = 33;
    static final int INVOKED_MODEL = 34;
    static final int GUARDRAIL_ACTION = 35;
    /** One entry of Converse's {@code cacheDetails}: its time to live, its tokens, its end. */
    static final int DETAIL_TTL = 36;

    static final int DETAIL_TOKENS = 37;
    static final int DETAIL_END = 38;
    /** Something that only exists if the model ran, whatever a guardrail did afterwards. */
    static final int MODEL_OUTPUT = 39;

    /** Text delivered, to be measured. */
    static final int TEXT = 40;
    /** A piece of an answer, so that the document is not the one that only sums up. */
    static final int CHOICE = 41;
    /** Word of an error, in a stream. */
    static final int ERROR = 42;
    /** The type of an error, in a document. */
    static final int ERROR_TYPE = 43;

    /** Word of an image that was made and kept back. */
    static final int FILTERED = 44;

    /** Set in a number whose values are to be added up, not taken one for all. */
    static final int SUMMED = 64;

    private Slot() {}

    /** The cache writes of a time to live, by its name on the wire; five minutes if it has none. */
    static int cacheWrite(@Nullable String timeToLive) {
        if ("1h".equals(timeToLive)) {
            return CACHE_WRITE_1H;
        }
        return "30m".equals(timeToLive) ? CACHE_WRITE_30M : CACHE_WRITE_5M;
    }
}
