package io.bedrockmeter.metering.pricing.offers;

import java.util.Map;

/**
 * One price of an AWS offer as it is printed, not yet understood. Immutable.
 *
 * @param offer code of the offer, such as {@code AmazonBedrock}; {@link #AGREEMENT} for a rate card of an agreement
 * @param sku the product, or the dimension of a rate card
 * @param usageType the usage type, which is the only thing that tells all rows apart
 * @param region source region; never taken from the usage type, whose prefixes are irregular
 * @param unit unit that the price is for, as printed
 * @param usd price as printed
 * @param effective first day of the offer's validity as printed; moves with each publication though the price stays
 * @param attributes the product's attributes by name
 */
public record OfferRow(
        String offer,
        String sku,
        String usageType,
        String region,
        String unit,
        String usd,
        String effective,
        Map<String, String> attributes) {
    /** The offer code of rate cards, which belong to no offer file. */
    public static final String AGREEMENT = "agreement";

    static final String MARKETPLACE = "AmazonBedrockFoundationModels";

    public OfferRow {
        attributes = Map.copyOf(attributes);
    }

    String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** Whether the model's seller prices it through AWS Marketplace, where a token's unit is a million of them. */
    boolean isMarketplace() {
        return offer.equals(MARKETPLACE) || offer.equals(AGREEMENT);
    }

    /** The row as errors name it. */
    String label() {
        return offer + " " + sku + " " + usageType;
    }
}
