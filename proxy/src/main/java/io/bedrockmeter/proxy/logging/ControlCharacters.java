package io.bedrockmeter.proxy.logging;

/** Escapes what a terminal or a line reader would obey instead of show. */
final class ControlCharacters {
    private ControlCharacters() {}

    /** The text with C0, DEL, C1, line separators and directional overrides written as {@code \u001b}. */
    static String escape(String text) {
        int first = 0;
        while (first < text.length() && !isActive(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isActive(character)) {
                escaped.append(String.format("\\u%04x", (int) character));
            } else {
                escaped.append(character);
            }
        }
        return escaped.toString();
    }

    private static boolean isActive(char character) {
        return character < 0x20
                || (character >= 0x7f && character <= 0x9f)
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x2069);
    }
}
