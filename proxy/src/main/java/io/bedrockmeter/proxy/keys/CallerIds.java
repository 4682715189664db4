package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Ids of callers who have no key of ours, as they stand in the ledger: where they are known from, a colon, and their name there.
 *
 * <p>Of a name the letters and digits of ASCII and {@code - _ . : / @ +} stay as they are; each other byte of its UTF-8 becomes
 * {@code =} and two hex digits, so that two names never come to one. One that is too long is cut, and ends with a tilde and the
 * first 64 bits of its SHA-256. All of that may be a tag of AWS, but for the tilde, which becomes an equals sign there.
 */
public final class CallerIds {
    private static final int LENGTH_MAX = 128;
    private static final int HASH_DIGITS = 16;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private CallerIds() {}

    /**
     * The id of a caller.
     *
     * @param source where the name is from, as configured
     * @param name the caller's name there, of any length and with anything in it
     */
    public static String of(String source, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder id = new StringBuilder(LENGTH_MAX).append(source).append(':');
        for (byte b : bytes) {
            if (id.length() > LENGTH_MAX) {
                break;
            }
            if (isPlain(b)) {
                id.append((char) b);
            } else {
                id.append('=').append(HEX.toHexDigits(b));
            }
        }
        if (id.length() > LENGTH_MAX) {
            String hash = HexFormat.of().formatHex(Digests.ofThisThread().hashOf(bytes));
            id.setLength(LENGTH_MAX - HASH_DIGITS - 1);
            id.append('~').append(hash, 0, HASH_DIGITS);
        }
        return id.toString();
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "-_.:/@+".indexOf(b) >= 0;
    }
}
