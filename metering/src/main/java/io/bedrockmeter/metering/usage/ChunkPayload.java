package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonListener;
import io.bedrockmeter.metering.json.JsonPaths;
import io.bedrockmeter.metering.json.JsonScanner;
import java.nio.ByteBuffer;

/**
 * A payload that wraps its document in base64, {@code {"bytes":"…","p":"…"}}, as in InvokeModelWithResponseStream.
 *
 * <p>Decoded as it passes. A payload that begins as a family's deltas do is read no further; the comparison may stop and
 * go on at any byte, because bytes that matched need not be kept to be read after all.
 */
final class ChunkPayload implements FramePayload, JsonListener {
    private static final int BYTES = 0;
    private static final JsonPaths ENVELOPE =
            JsonPaths.builder().bytes("bytes", BYTES).build();

    private final byte[] deltaPrefix;
    private final JsonScanner envelope = new JsonScanner(ENVELOPE, this);
    private final JsonScanner document;
    private final Base64Feed base64;
    private int matched;
    private boolean matching;
    private boolean hasBytes;

    ChunkPayload(JsonPaths paths, Tally tally, byte[] deltaPrefix) {
        this.deltaPrefix = deltaPrefix;
        this.document = new JsonScanner(paths, tally);
        this.base64 = new Base64Feed(document::feed);
    }

    @Override
    public void begin() {
        matched = 0;
        matching = deltaPrefix.length > 0;
        hasBytes = false;
        envelope.reset();
        document.reset();
        base64.reset();
    }

    @Override
    public void feed(ByteBuffer slice) {
        if (isDelta()) {
            return;
        }
        ByteBuffer rest = slice;
        if (matching) {
            int from = slice.position();
            int size = Math.min(slice.remaining(), deltaPrefix.length - matched);
            int same = same(slice, from, size);
            matched += same;
            if (same == size) {
                return;
            }
            matching = false;
            envelope.feed(deltaPrefix, 0, matched);
            rest = slice.slice(from + same, slice.limit() - from - same);
        }
        envelope.feed(rest);
    }

    private int same(ByteBuffer slice, int from, int size) {
        int i = 0;
        while (i < size && slice.get(from + i) == deltaPrefix[matched + i]) {
            i++;
        }
        return i;
    }

    /** Whether the whole prefix has matched. Where it is empty, never: such documents are read. */
    private boolean isDelta() {
        return matching && matched == deltaPrefix.length;
    }

    @Override
    public boolean end() {
        if (isDelta()) {
            return true;
        }
        if (matching) {
            matching = false;
            envelope.feed(deltaPrefix, 0, matched);
        }
        boolean whole = envelope.finish();
        return whole && (!hasBytes || (base64.finish() && document.finish()));
    }

    @Override
    public boolean wasDelta() {
        return deltaPrefix.length == 0 || isDelta();
    }

    @Override
    public void onBytes(int path, byte[] bytes, int from, int to) {
        hasBytes = true;
        base64.feed(bytes, from, to);
    }
}
