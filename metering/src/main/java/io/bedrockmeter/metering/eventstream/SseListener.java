package io.bedrockmeter.metering.eventstream;

/** Receives the events of an {@link SseScanner}. Called on the scanner's thread; nothing may be kept beyond the call. */
public interface SseListener {
    /**
     * The next bytes of an event's data. Where it has several lines, a line feed stands between two of them.
     *
     * @param bytes the scanner's or the caller's array; not to be changed
     */
    void onData(byte[] bytes, int from, int to);

    /** The event whose data has been shown is over. An event without data is not reported. */
    void onEventEnd();
}
