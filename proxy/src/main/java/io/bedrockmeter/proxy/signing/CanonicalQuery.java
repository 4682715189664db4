package io.bedrockmeter.proxy.signing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * A query string in the canonical form that is signed: each name and value percent-encoded anew, sorted by name and then by
 * value. Stateless.
 */
final class CanonicalQuery {
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    private CanonicalQuery() {}

    /** The canonical form of a query as it stands behind the question mark. */
    static String of(String rawQuery) {
        return Arrays.stream(rawQuery.split("&"))
                .filter(parameter -> !parameter.isEmpty())
                .map(CanonicalQuery::canonical)
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private static String canonical(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        return encode(name) + "=" + encode(value);
    }

    /** Encodes all but the unreserved characters; what is a valid escape already stays one. */
    private static String encode(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            if (b == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
                b = HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]);
                i += 2;
            }
            if (isUnreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(UPPER_HEX.toHexDigits((byte) b));
            }
        }
        return encoded.toString();
    }

    private static boolean isHex(byte b) {
        return HexFormat.isHexDigit(b);
    }

    private static boolean isUnreserved(int b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }
}
