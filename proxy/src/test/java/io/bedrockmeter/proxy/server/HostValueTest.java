package io.bedrockmeter.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostValueTest {
    /** What the code does by hand, as a pattern. */
    private static final Pattern PLAIN = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[A-Fa-f0-9:.]+])(?::[0-9]{1,5})?");

    private static final String ALPHABET = "aFgZ09._-[]:: /@,%\u00e9\u0000";

    @ParameterizedTest
    @CsvSource({
        "bedrock-runtime.us-east-1.amazonaws.com, true",
        "127.0.0.1:8080, true",
        "[::1]:8080, true",
        "[::1], true",
        "'', false",
        ":80, false",
        "[]:80, false",
        "[::1, false",
        "a:123456, false",
        "a:, false",
        "a b, false",
        "user@host, false"
    })
    void takesANameOrAnAddressAndAtMostAPort(String value, boolean plain) {
        assertEquals(plain, HostValue.isPlain(value));
    }

    @Test
    void isThePattern() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder value = new StringBuilder();
            int length = random.nextInt(12);
            for (int c = 0; c < length; c++) {
                value.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String text = value.toString();
            assertEquals(PLAIN.matcher(text).matches(), HostValue.isPlain(text), () -> text + ", seed " + seed);
        }
    }
}
