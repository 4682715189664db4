package io.bedrockmeter.metering.pricing;

/** How far a price can be trusted, by where it was read. */
public enum Confidence {
    /** Copied from an AWS price list, rate card or page. */
    A,
    /** From AWS, but at second hand or contradicted by another copy. Billed like {@link #A}, and shown as it is. */
    B,
    /** Known from other catalogues only. A charge that rests on one is {@link CostStatus#ESTIMATED}. */
    C
}
