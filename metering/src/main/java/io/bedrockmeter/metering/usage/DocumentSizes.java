package io.bedrockmeter.metering.usage;

import java.util.Arrays;

/**
 * How long the documents to be ranked are, as a request passes; in the end, the {@link DocumentPieces} that they come to. Mutable,
 * confined to its reader. It keeps one number a document, up to more documents than any model takes.
 *
 * <h2>How documents are split</h2>
 *
 * A document that is longer than 500 tokens together with the query is billed as several. Each piece has room for the 500 less
 * the query, which takes up half of it at most. The query may follow the documents, so nothing is decided before the end.
 */
final class DocumentSizes {
    private static final int TOKENS_A_PIECE = 500;
    private static final int QUERY_TOKENS_MAX = TOKENS_A_PIECE / 2;

    /** Bytes of a token, about; none has less than one. */
    private static final int BYTES_A_TOKEN = 4;

    /** No model ranks more documents; of those beyond it only the most is known that they can come to. */
    private static final int KEPT_MAX = 10_000;

    private static final int KEPT_FIRST = 16;

    private int[] sizes = new int[KEPT_FIRST];
    private int documents;
    private long beyond;
    private long beyondMost;
    private long queryBytes;

    /** Adds a document of so many bytes. */
    void addDocument(long bytes) {
        if (documents == KEPT_MAX) {
            beyond++;
            beyondMost += pieces(bytes, TOKENS_A_PIECE - QUERY_TOKENS_MAX);
            return;
        }
        if (documents == sizes.length) {
            sizes = Arrays.copyOf(sizes, Math.min(2 * documents, KEPT_MAX));
        }
        sizes[documents] = (int) Math.min(bytes, Integer.MAX_VALUE);
        documents++;
    }

    /** Takes the length of the query in bytes; the longest counts. */
    void takeQuery(long bytes) {
        queryBytes = Math.max(queryBytes, bytes);
    }

    DocumentPieces pieces() {
        int shortestRoom = room(queryBytes);
        int likelyRoom = room(Math.ceilDiv(queryBytes, BYTES_A_TOKEN)) * BYTES_A_TOKEN;
        long likely = beyond;
        long most = beyondMost;
        for (int i = 0; i < documents; i++) {
            likely += pieces(sizes[i], likelyRoom);
            most += pieces(sizes[i], shortestRoom);
        }
        return new DocumentPieces(documents + beyond, likely, most);
    }

    /** Tokens of a document that a piece holds beside a query of so many. */
    private static int room(long queryTokens) {
        return TOKENS_A_PIECE - (int) Math.min(queryTokens, QUERY_TOKENS_MAX);
    }

    private static long pieces(long bytes, int room) {
        return Math.max(1, Math.ceilDiv(bytes, room));
    }
}
