package io.bedrockmeter.metering.usage;

/**
 * How much text a stream has delivered. Of an event stream it is told from the lengths of frames alone: none is opened for it.
 *
 * <p>Each frame has an envelope of known length and a padding {@code p} of random length, evenly spread over 0 to 61, so
 * that over many frames the mean serves as well as each one's own.
 */
final class DeltaMeter {
    private static final int PADDING_MEAN = 31;
    private static final int PADDING_ENVELOPE = ",\"p\":\"\"".length();
    private static final int CONVERSE_ENVELOPE = "{'contentBlockIndex':0,'delta':{'text':''}}".length();
    private static final int CHUNK_ENVELOPE = "{'bytes':''}".length();

    private long deltas;
    private long textBytes;

    /** Counts a delta of ConverseStream by the length of its payload. */
    void addConverse(int payloadBytes) {
        deltas++;
        textBytes += payloadBytes - CONVERSE_ENVELOPE - PADDING_ENVELOPE - PADDING_MEAN;
    }

    /** Counts a delta of InvokeModelWithResponseStream: base64 of an envelope of the family's own. */
    void addChunk(int payloadBytes, int envelopeBytes) {
        deltas++;
        int base64 = payloadBytes - CHUNK_ENVELOPE - PADDING_ENVELOPE - PADDING_MEAN;
        textBytes += base64 * 3L / 4 - envelopeBytes;
    }

    /** Counts a delta whose text was itself measured. */
    void addText(long bytes) {
        deltas++;
        textBytes += bytes;
    }

    /** Tokens that this text comes to, roughly; at least one a delta. */
    long tokens() {
        return Math.max(deltas, Conclusion.tokens(textBytes));
    }
}
