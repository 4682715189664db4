package io.bedrockmeter.simulator.call;

/** How an answer ends on the wire. */
public enum Ending {
    /** Whole: last chunk, or the last of the announced bytes. */
    COMPLETE,
    /** A reset: TCP RST on HTTP/1.1, RST_STREAM on HTTP/2. */
    RESET,
    /** The connection closes in the middle, in good manners (FIN). */
    CLOSE,
    /** Nothing comes any more, the connection stays open. */
    STALL
}
