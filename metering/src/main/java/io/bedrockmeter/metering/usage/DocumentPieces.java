package io.bedrockmeter.metering.usage;

/**
 * What documents to be ranked come to once those that are too long for one are split, each piece counting as a document.
 * Immutable.
 *
 * <p>Only the service knows how many tokens a text has, so three numbers are kept. Never negative; none is below the one
 * before it.
 *
 * @param least pieces if no document is split, which is the number of documents
 * @param likely the best single guess
 * @param most pieces if every byte is a token, beyond which there can be none
 */
public record DocumentPieces(long least, long likely, long most) {
    /** No documents. */
    public static final DocumentPieces NONE = new DocumentPieces(0, 0, 0);

    private static final int PIECES_A_SEARCH_UNIT = 100;

    public DocumentPieces {
        if (least < 0 || likely < least || most < likely) {
            throw new IllegalArgumentException(
                    "pieces of documents are ascending and not negative, not " + least + ", " + likely + ", " + most);
        }
    }

    /** Documents of which none is split. */
    public static DocumentPieces ofShort(long documents) {
        return new DocumentPieces(documents, documents, documents);
    }

    /** The search units that so many pieces come to: one for each hundred begun. */
    public static long searchUnits(long pieces) {
        return Math.ceilDiv(pieces, PIECES_A_SEARCH_UNIT);
    }
}
