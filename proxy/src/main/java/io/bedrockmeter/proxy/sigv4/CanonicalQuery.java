package io.bedrockmeter.proxy.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * A query string in the canonical form that is signed: each name and value percent-encoded anew, sorted by name and then by
 * value. Stateless.
 */
public final class CanonicalQuery {
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    private CanonicalQuery() {}

    /** The canonical form of a query as it stands behind the question mark. */
    public static String of(String rawQuery) {
        return Arrays.stream(rawQuery.split("&"))
                .filter(parameter -> !parameter.isEmpty())
                .map(Parameter::parse)
                .sorted(Parameter.ORDER)
                .map(parameter -> parameter.name() + "=" + parameter.value())
                .collect(Collectors.joining("&"));
    }

    /** Whether each percent sign begins an escape. Where one does not, readers differ in what is meant. */
    public static boolean isWellFormed(String rawQuery) {
        for (int i = rawQuery.indexOf('%'); i >= 0; i = rawQuery.indexOf('%', i + 1)) {
            boolean escape = i + 2 < rawQuery.length()
                    && HexFormat.isHexDigit(rawQuery.charAt(i + 1))
                    && HexFormat.isHexDigit(rawQuery.charAt(i + 2));
            if (!escape) {
                return false;
            }
        }
        return true;
    }

    /** One parameter, encoded; the value is empty where none is given. */
    private record Parameter(String name, String value) {
        static final Comparator<Parameter> ORDER =
                Comparator.comparing(Parameter::name).thenComparing(Parameter::value);

        static Parameter parse(String raw) {
            int equals = raw.indexOf('=');
            return equals < 0
                    ? new Parameter(encode(raw), "")
                    : new Parameter(encode(raw.substring(0, equals)), encode(raw.substring(equals + 1)));
        }
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
