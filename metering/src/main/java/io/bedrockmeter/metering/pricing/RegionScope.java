package io.bedrockmeter.metering.pricing;

import java.util.regex.Pattern;

/**
 * The source regions that a price holds in, as its book words them. Immutable.
 *
 * <p>AWS bills the region whose endpoint was called, whatever geography a profile names, so a scope is a set of source
 * regions and nothing else. Of two scopes that hold in a region, the narrower {@link Breadth} decides.
 *
 * @param label as written in the book: a region; {@code commercial:*} or {@code us-gov-*}; {@code profile:} and a
 *     geography, {@code geo} or {@code global}; or {@code default}
 * @param breadth how much of the world it covers
 */
public record RegionScope(String label, Breadth breadth) {
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{1,16}){1,2}-[0-9]{1,2}");
    private static final Pattern OTHER_PARTITION = Pattern.compile("(cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-.*");

    /** How wide a scope is, narrowest first. */
    public enum Breadth {
        /** One region. */
        REGION,
        /** A partition, for those of its regions that have no price of their own. */
        PARTITION,
        /** The source regions of one geography; only catalogues other than AWS's speak so. */
        GEOGRAPHY,
        /** Any commercial region; only catalogues other than AWS's speak so. */
        ANYWHERE,
        /** A catalogue's price for a bare id, which it took from us-east-1. Held nowhere else: it is not theirs. */
        CATALOGUE_DEFAULT
    }

    /**
     * Reads a scope as a book words it.
     *
     * @throws IllegalArgumentException if the label is none of the known forms
     */
    public static RegionScope parse(String label) {
        Breadth breadth = switch (label) {
            case "commercial:*", "us-gov-*" -> Breadth.PARTITION;
            case "profile:us", "profile:eu", "profile:apac", "profile:jp", "profile:au" -> Breadth.GEOGRAPHY;
            case "profile:geo", "profile:global" -> Breadth.ANYWHERE;
            case "default" -> Breadth.CATALOGUE_DEFAULT;
            default -> Breadth.REGION;
        };
        if (breadth == Breadth.REGION && !REGION.matcher(label).matches()) {
            throw new IllegalArgumentException("'" + label
                    + "' is no region; write one such as us-east-1, or commercial:*, us-gov-*, profile:us, default");
        }
        return new RegionScope(label, breadth);
    }

    /** Whether the price holds in a source region. */
    public boolean covers(String region) {
        return switch (label) {
            case "commercial:*", "profile:geo", "profile:global" -> isCommercial(region);
            case "us-gov-*" -> region.startsWith("us-gov-");
            case "profile:us" -> region.startsWith("us-") && isCommercial(region);
            case "profile:eu" -> region.startsWith("eu-") && isCommercial(region);
            case "profile:apac" -> region.startsWith("ap-");
            case "profile:jp" -> region.equals("ap-northeast-1") || region.equals("ap-northeast-3");
            case "profile:au" -> region.equals("ap-southeast-2") || region.equals("ap-southeast-4");
            case "default" -> region.equals("us-east-1");
            default -> region.equals(label);
        };
    }

    private static boolean isCommercial(String region) {
        return REGION.matcher(region).matches()
                && !OTHER_PARTITION.matcher(region).matches();
    }

    @Override
    public String toString() {
        return label;
    }
}
