package io.bedrockmeter.proxy.server;

/** The value of a Host header: a name or an address, and a port or none (RFC 9110 §7.2). */
final class HostValue {
    private static final int PORT_DIGITS_MAX = 5;

    private HostValue() {}

    /** Whether it is a name of letters, digits, dots, hyphens and underscores, or an address in brackets, with at most a port. */
    static boolean isPlain(String value) {
        int end = value.startsWith("[") ? endOfAddress(value) : endOfName(value);
        return end > 0 && (end == value.length() || isPort(value, end));
    }

    private static int endOfName(String value) {
        int end = 0;
        while (end < value.length() && isOfName(value.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int endOfAddress(String value) {
        int close = 1;
        while (close < value.length() && isOfAddress(value.charAt(close))) {
            close++;
        }
        return close > 1 && close < value.length() && value.charAt(close) == ']' ? close + 1 : 0;
    }

    private static boolean isPort(String value, int colon) {
        int digits = value.length() - colon - 1;
        if (value.charAt(colon) != ':' || digits < 1 || digits > PORT_DIGITS_MAX) {
            return false;
        }
        for (int i = colon + 1; i < value.length(); i++) {
            if (!isDigit(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfName(char c) {
        return isDigit(c) || isBetween(c, 'a', 'z') || isBetween(c, 'A', 'Z') || c == '.' || c == '-' || c == '_';
    }

    private static boolean isOfAddress(char c) {
        return isDigit(c) || isBetween(c, 'a', 'f') || isBetween(c, 'A', 'F') || c == '.' || c == ':';
    }

    private static boolean isDigit(char c) {
        return isBetween(c, '0', '9');
    }

    private static boolean isBetween(char c, char first, char last) {
        return c >= first && c <= last;
    }
}
