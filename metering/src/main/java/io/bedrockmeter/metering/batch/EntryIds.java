package io.bedrockmeter.metering.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/**
 * The attempt ids of a batch job's entries: the same ones whoever works them out, and however often. UUIDs of version 7 of the time
 * when the job was created, whose other bits are a hash of what the entry is of. Stateless.
 */
final class EntryIds {
    private EntryIds() {}

    /**
     * The id of an entry.
     *
     * @param createdAt when its job was created
     * @param parts what it is of; no two entries have the same
     */
    static String of(Instant createdAt, String... parts) {
        MessageDigest digest = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            // The length first, so that no two lists of parts read the same.
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        long high = (createdAt.toEpochMilli() << 16) | 0x7000 | (hash.getLong() & 0xfff);
        long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
