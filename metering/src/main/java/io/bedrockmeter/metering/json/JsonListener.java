package io.bedrockmeter.metering.json;

/**
 * Receives what a {@link JsonScanner} finds at watched paths. Each path is named by the number it was given in {@link
 * JsonPaths.Builder}. A {@code null} in the document is not reported: it says no more than a missing key.
 */
public interface JsonListener {
    /** A number, or a string that holds one, rounded half up; never negative and at most {@link JsonNumbers#MAX}. */
    default void onNumber(int path, long value) {}

    /** Something at a number's path that cannot be a count: negative, beyond {@link JsonNumbers#MAX}, or not a number. */
    default void onImplausible(int path) {}

    /** A short string, at most {@link JsonScanner#TEXT_BYTES_MAX} bytes; a longer one is not reported. */
    default void onText(int path, String value) {}

    /** A value of any kind but {@code null} begins at a counted path, or {@code true} does at one that is watched for it. */
    default void onValue(int path) {}

    /** An object or array ends at a watched path. */
    default void onEnd(int path) {}

    /**
     * The next raw bytes of a string at a streamed path: as written, escapes taken off. The array is the scanner's and
     * good for this call only.
     */
    default void onBytes(int path, byte[] bytes, int from, int to) {}

    /**
     * A string, object or array ends at a measured path. Its length is that of what was written, in bytes: of a string
     * without its quotes and with its escapes, of others with their brackets.
     */
    default void onSize(int path, long bytes) {}
}
