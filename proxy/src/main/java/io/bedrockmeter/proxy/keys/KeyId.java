package io.bedrockmeter.proxy.keys;

import java.util.random.RandomGenerator;

/**
 * Ids of virtual keys: 20 characters like AWS's, so that whatever checks the form of an access key id takes them.
 *
 * <p>They begin with {@code BMKA}, which is none of AWS's prefixes: a scanner of repositories does not report them to AWS, and
 * whoever finds one can look for its own. 80 random bits follow, in the letters and digits that are hard to misread.
 */
public final class KeyId {
    /** What every id begins with. */
    public static final String PREFIX = "BMKA";

    /** Length of every id, in characters. */
    public static final int LENGTH = 20;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BITS_PER_CHARACTER = 5;

    private KeyId() {}

    /** An id that was never given out. */
    static String next(RandomGenerator random) {
        StringBuilder id = new StringBuilder(PREFIX);
        while (id.length() < LENGTH) {
            id.append(ALPHABET.charAt(random.nextInt(1 << BITS_PER_CHARACTER)));
        }
        return id.toString();
    }

    /** Whether a text has the form of an id, so that it may be repeated in a log. */
    public static boolean isOne(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
