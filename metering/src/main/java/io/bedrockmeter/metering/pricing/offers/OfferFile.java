package io.bedrockmeter.metering.pricing.offers;

import java.time.LocalDate;
import java.util.List;

/**
 * A price file of AWS, read and not yet understood. Immutable.
 *
 * @param offer code of the offer
 * @param published day of its publication
 * @param version version that AWS gives it
 * @param rows its prices
 * @param leftOut what could not be taken for a price, with the reason
 */
public record OfferFile(String offer, LocalDate published, String version, List<OfferRow> rows, List<Remark> leftOut) {
    public OfferFile {
        rows = List.copyOf(rows);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Reads a file in any of the forms in which AWS publishes prices: an offer file of the Price List in JSON or CSV, or the
     * answer of {@code ListFoundationModelAgreementOffers} in JSON with the {@code modelId} that was asked for.
     *
     * @param name what to call it in errors
     * @param bytes the whole file, in UTF-8
     * @param region source region of a rate card, which does not say; a Price List file says it itself
     * @throws IllegalArgumentException naming the file and what it is not
     */
    public static OfferFile read(String name, byte[] bytes, String region) {
        return switch (firstCharacter(bytes)) {
            case '{' -> OfferJson.read(name, bytes, region);
            case '"', 'F', 'S' -> OfferCsv.read(name, bytes);
            default ->
                throw new IllegalArgumentException(
                        name + " is no price file of AWS: it begins neither like JSON nor like CSV;"
                                + " download .../offers/v1.0/aws/AmazonBedrock/current/<region>/index.json, or .csv");
        };
    }

    private static char firstCharacter(byte[] bytes) {
        int at = 0;
        // A byte order mark is no part of the text.
        while (at < bytes.length && (bytes[at] <= ' ')) {
            at++;
        }
        return at == bytes.length ? 0 : (char) bytes[at];
    }
}
