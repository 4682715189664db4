package io.bedrockmeter.metering.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * The attempt ids of entries that follow from something else than a call, such as a batch job: the same ones whoever works them out,
 * and however often. UUIDs of version 7 whose other bits are a hash of what the entry is of. Stateless.
 */
public final class EntryIds {
    private EntryIds() {}

    /**
     * The id of an entry.
     *
     * @param at when what it is of began
     * @param parts what it is of; no two entries have the same
     */
    public static String of(Instant at, String... parts) {
        MessageDigest digest = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            // The length first, so that no two lists of parts read the same.
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        long high = (at.toEpochMilli() << 16) | 0x7000 | (hash.getLong() & 0xfff);
        long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** What the ids of all entries of an instant begin with, and those of later ones come after. */
    static String prefix(Instant at) {
        long millis = at.toEpochMilli();
        return String.format(Locale.ROOT, "%08x-%04x", millis >>> 16, millis & 0xffff);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
