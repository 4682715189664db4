package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.Nullable;

/**
 * What a request says about the usage to come: read from its headers and body as they arrive. Immutable.
 *
 * @param bodyBytes length of the body in bytes
 * @param maxOutputTokens the output limit that was asked for; -1 if none
 * @param serviceTier the tier asked for as on the wire; null if none
 * @param latency the latency asked for as on the wire; null if none
 * @param documents documents to be ranked; zero if none
 * @param images images to be embedded; zero if none
 */
public record RequestFacts(
        long bodyBytes,
        long maxOutputTokens,
        @Nullable String serviceTier,
        @Nullable String latency,
        long documents,
        long images) {
    /** A request that asks for text only. */
    public RequestFacts(long bodyBytes, long maxOutputTokens, @Nullable String serviceTier, @Nullable String latency) {
        this(bodyBytes, maxOutputTokens, serviceTier, latency, 0, 0);
    }

    /** A request without options, of so many bytes. */
    public static RequestFacts ofBytes(long bodyBytes) {
        return new RequestFacts(bodyBytes, -1, null, null);
    }
}
