package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Models that report usage alike: a row of {@code families/*.json}, compiled. Immutable, shared by all readers.
 *
 * @param name its name in logs and tests
 * @param ids beginnings of the catalogue ids of its models
 * @param needsInput whether its usage is not whole without a count of input tokens
 * @param needsOutput whether its usage is not whole without a count of output tokens
 * @param rules what else is true of it
 * @param work what is asked of it besides text
 * @param imageSizes sides of square images by which larger ones are priced, ascending; the last is for all that are larger
 * @param answerPaths what is watched in an answer that is one document
 * @param streamPaths what is watched in each document of a stream
 * @param requestPaths what is watched in a request
 * @param deltas how to tell a piece of text in a stream
 */
record Family(
        String name,
        List<String> ids,
        boolean needsInput,
        boolean needsOutput,
        Set<Rule> rules,
        Work work,
        List<String> imageSizes,
        JsonPaths answerPaths,
        JsonPaths streamPaths,
        JsonPaths requestPaths,
        Deltas deltas) {

    /** Something that is true of some families and not of others. */
    enum Rule {
        /** Its stream reports output itself, and where Amazon Bedrock measured less, the larger is right. */
        LARGER_OUTPUT,
        /** {@code inputTokens} of Converse includes what was read from and written to the cache. */
        CONVERSE_INPUT_INCLUDES_CACHE,
        /** What it writes to a cache stays for 30 minutes where nothing else is said; otherwise it is five. */
        CACHE_WRITES_STAY_30M,
        /** Billed by search unit: one for each hundred documents begun, or pieces of them; see {@link DocumentPieces}. */
        BILLED_BY_SEARCH_UNIT,
        /** Images in the request are billed one by one. */
        BILLS_IMAGES_OF_REQUEST,
        /** Its request holds either text or an image, audio or video, which leave no tokens to be counted. */
        MEDIA_INSTEAD_OF_TEXT,
        /** Texts in the request are billed one by one. */
        BILLS_TEXTS_OF_REQUEST,
        /** Billed by the images that its answer holds. */
        BILLED_BY_IMAGE
    }

    /** What a family is asked for besides text, which tells how its requests are understood. */
    enum Work {
        /** Text, perhaps with documents or images handed in. */
        TEXT,
        /** Images, priced by task, quality and size. */
        IMAGES,
        /** Images, priced by size and steps. */
        DIFFUSION,
        /** Images of one price, one a request. */
        PLAIN_IMAGES,
        NOVA_EMBEDDING,
        MARENGO,
        /** Text about audio or video, which is priced by its length. */
        MEDIA_TO_TEXT,
        REEL,
        LUMA
    }

    /** A family's rule, asked by name. */
    boolean has(Rule rule) {
        return rules.contains(rule);
    }

    /**
     * How a piece of text arrives in a stream of InvokeModel.
     *
     * <p>Nearly all chunks of a stream are such pieces and hold no usage. Where they begin with bytes of their own, a
     * chunk that begins so is counted and read no further.
     */
    static final class Deltas {
        private static final String CHUNK = "{\"bytes\":\"";

        private final byte[] chunkPrefix;
        private final int envelopeBytes;

        private Deltas(byte[] chunkPrefix, int envelopeBytes) {
            this.chunkPrefix = chunkPrefix;
            this.envelopeBytes = envelopeBytes;
        }

        /**
         * Deltas whose document begins with a text.
         *
         * @param text how it begins; empty if deltas cannot be told from other documents
         * @param envelopeBytes bytes of such a document that are not text
         */
        static Deltas beginningWith(String text, int envelopeBytes) {
            if (text.isEmpty()) {
                return new Deltas(new byte[0], envelopeBytes);
            }
            // Three bytes make four characters; the rest of the text would mix with what follows it.
            byte[] whole = text.substring(0, text.length() / 3 * 3).getBytes(StandardCharsets.US_ASCII);
            String prefix = CHUNK + Base64.getEncoder().encodeToString(whole);
            return new Deltas(prefix.getBytes(StandardCharsets.US_ASCII), envelopeBytes);
        }

        /** How the payload of such a chunk begins, base64 included; empty if it cannot be told. Not to be changed. */
        byte[] chunkPrefix() {
            return chunkPrefix;
        }

        int envelopeBytes() {
            return envelopeBytes;
        }
    }
}
