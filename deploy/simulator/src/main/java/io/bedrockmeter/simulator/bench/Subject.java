package io.bedrockmeter.simulator.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * The program under test as a measurement sees it.
 *
 * @param dialer opens connections to it
 * @param process its process; the upstream's own where nothing is between
 * @param upstreamPid the process behind it
 * @param upstreamPort where the upstream takes another {@link Shape}
 */
record Subject(Dialer dialer, ProcessReading process, long upstreamPid, int upstreamPort) {
    private static final int WARM_UP_WINDOWS_MAX = 12;
    private static final int WARM_UP_WINDOWS_STALE = 2;
    private static final double STILL_FALLING = 0.95;

    /** Lets the upstream answer in this shape from now on. */
    void answerAs(Shape shape) {
        URI uri = URI.create("http://127.0.0.1:" + upstreamPort + "/bench/shape?" + shape.query());
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestMethod("PUT");
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IllegalStateException(uri + " answered " + connection.getResponseCode());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the upstream how to answer, " + uri, e);
        }
    }

    Window measure(Callers load, Duration length) throws InterruptedException {
        return Window.measure(load, process, upstreamPid, length);
    }

    /** Lets {@code load} run until what {@code cost} tells of a window has not fallen by 5 % for two windows. */
    void warmUp(Callers load, Duration window, ToDoubleFunction<Window> cost) throws InterruptedException {
        double best = Double.POSITIVE_INFINITY;
        int stale = 0;
        for (int i = 0; i < WARM_UP_WINDOWS_MAX && stale < WARM_UP_WINDOWS_STALE; i++) {
            double now = cost.applyAsDouble(measure(load, window));
            stale = now < best * STILL_FALLING ? 0 : stale + 1;
            best = Math.min(best, now);
        }
    }
}
