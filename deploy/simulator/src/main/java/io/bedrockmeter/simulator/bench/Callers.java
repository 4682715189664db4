package io.bedrockmeter.simulator.bench;

/**
 * Who decides what the connections of a load do next. Called on their one event loop, but for {@link #nextWindow} and
 * {@link #close}, which are for whoever measures.
 */
interface Callers extends AutoCloseable {
    /** The body of a call that is measured. */
    int BODY_BYTES = 1024;

    /** Where the present window is tallied. */
    Tally tally();

    /** Whether the answers are event streams, whose frames are to be counted. */
    boolean areStreaming();

    /** Some frames ended in what {@code connection} has just read. */
    default void framesEnded(CallerConnection connection) {}

    /** The call of {@code connection} has been answered. */
    void ended(CallerConnection connection);

    /** {@code connection} is gone, within a call or not. */
    void lost(CallerConnection connection, String why);

    /** Ends the present window, begins the next and returns what was tallied. */
    Tally nextWindow();

    /** Stops calling and closes every connection. */
    @Override
    void close();
}
