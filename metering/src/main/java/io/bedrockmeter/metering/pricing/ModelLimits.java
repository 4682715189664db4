package io.bedrockmeter.metering.pricing;

/**
 * How much one call of a model can take in and give back: what bounds its cost before it is made. Immutable.
 *
 * @param contextTokens tokens of input at most
 * @param outputTokens tokens of output at most
 */
record ModelLimits(long contextTokens, long outputTokens) {
    /** For a model whose limits are not known: more than any model of today takes or gives. */
    static final ModelLimits UNKNOWN = new ModelLimits(Long.MAX_VALUE, 131_072);
}
