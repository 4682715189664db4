package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.Nullable;

/**
 * What a reader knows before the first byte of a body. Immutable; two fields of it outlive the response's head.
 *
 * @param dialect how usage is reported
 * @param streamed whether in an event stream
 * @param family the model's family
 * @param request what the request said
 * @param serviceTier the tier served, by header; null if there was none
 * @param latency the latency served, by header; null if there was none
 */
record Opening(
        UsageDialect dialect,
        boolean streamed,
        Family family,
        RequestFacts request,
        @Nullable String serviceTier,
        @Nullable String latency) {}
