package io.bedrockmeter.metering.pricing.offers;

/**
 * Something that an importer has to say about a row. Immutable.
 *
 * @param kind what sort of thing
 * @param row the row, by offer, SKU and usage type
 * @param text what it is, and what to do about it
 */
public record Remark(Kind kind, String row, String text) {
    /** Sorts of remarks, worst first. */
    public enum Kind {
        /** Two prices for one thing; neither was taken. */
        CONFLICT,
        /** A price for inference that this program does not understand; it was not taken. */
        NOT_UNDERSTOOD,
        /** The model's name is not in the table of names; the price was not taken. */
        UNKNOWN_NAME,
        /** Taken as printed, and out of proportion to its neighbours. */
        IMPLAUSIBLE,
        /** A price of something else than models, which no call through the proxy consumes. */
        OF_SOMETHING_ELSE
    }
}
