package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.model.ModelRef;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about the usage to come: read from its headers and body as they arrive. Immutable.
 *
 * @param bodyBytes length of the body in bytes
 * @param maxOutputTokens the output limit that was asked for; -1 if none
 * @param serviceTier the tier asked for as on the wire; null if none
 * @param latency the latency asked for as on the wire; null if none
 * @param model the model that the body names; null if it names none, as where the path does
 * @param streamAsked whether the body asks for an answer in server-sent events
 * @param usageAsked whether the body asks that such an answer tell its usage
 * @param guarded whether a guardrail is asked to watch
 * @param guardrail the one that is; null if none is, or different ones are named
 * @param work what is asked for besides text
 * @param clientToken the token by which repetitions of the request are told, of a job; null if it has none
 * @param readAs the model whose request it was read as, which is the one that its answer is read as; null if it is the one named
 */
public record RequestFacts(
        long bodyBytes,
        long maxOutputTokens,
        @Nullable String serviceTier,
        @Nullable String latency,
        @Nullable String model,
        boolean streamAsked,
        boolean usageAsked,
        boolean guarded,
        @Nullable String guardrail,
        RequestedWork work,
        @Nullable String clientToken,
        @Nullable ModelRef readAs) {
    /** A request that asks for text only, of a model that the path names. */
    public RequestFacts(long bodyBytes, long maxOutputTokens, @Nullable String serviceTier, @Nullable String latency) {
        this(
                bodyBytes,
                maxOutputTokens,
                serviceTier,
                latency,
                null,
                false,
                false,
                false,
                null,
                RequestedWork.NONE,
                null,
                null);
    }

    /** A request without options, of so many bytes. */
    public static RequestFacts ofBytes(long bodyBytes) {
        return new RequestFacts(bodyBytes, -1, null, null);
    }

    /** Tokens of input that its body comes to, roughly: a guess, and neither the least nor the most. */
    public long likelyInputTokens() {
        return Conclusion.tokens(bodyBytes);
    }

    /** The same request with other work. */
    public RequestFacts withWork(RequestedWork other) {
        return new RequestFacts(
                bodyBytes,
                maxOutputTokens,
                serviceTier,
                latency,
                model,
                streamAsked,
                usageAsked,
                guarded,
                guardrail,
                other,
                clientToken,
                readAs);
    }
}
