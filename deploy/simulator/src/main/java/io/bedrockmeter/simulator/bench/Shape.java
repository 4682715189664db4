package io.bedrockmeter.simulator.bench;

import java.time.Duration;

/**
 * How the upstream of the bench answers, until it is told another shape.
 *
 * @param answerBytes the body of a unary answer, about
 * @param frames content frames of a stream, beside the few that open and close it
 * @param frameBytes a content frame, at least
 * @param interval between two content frames; zero for as fast as they are read
 * @param held whether a stream stays open for ever after its content frames
 */
record Shape(int answerBytes, int frames, int frameBytes, Duration interval, boolean held) {
    static final Shape DEFAULT = new Shape(1024, 50, 200, Duration.ofMillis(20), false);

    Shape {
        if (answerBytes < 0 || frames < 0 || frameBytes < 0 || interval.isNegative()) {
            throw new IllegalArgumentException("a shape has no negative part: " + answerBytes + " answer bytes, "
                    + frames + " frames of " + frameBytes + " bytes every " + interval);
        }
    }

    /** Reads {@code frames=50&interval-millis=20}; what is not named is as in {@link #DEFAULT}. */
    static Shape parse(String query) {
        Shape shape = DEFAULT;
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                shape = shape.with(pair);
            }
        }
        return shape;
    }

    /** The form that {@link #parse} reads. */
    String query() {
        return "answer-bytes=" + answerBytes + "&frames=" + frames + "&frame-bytes=" + frameBytes + "&interval-millis="
                + interval.toMillis() + "&held=" + held;
    }

    private Shape with(String pair) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        return switch (name) {
            case "answer-bytes" -> new Shape(Integer.parseInt(value), frames, frameBytes, interval, held);
            case "frames" -> new Shape(answerBytes, Integer.parseInt(value), frameBytes, interval, held);
            case "frame-bytes" -> new Shape(answerBytes, frames, Integer.parseInt(value), interval, held);
            case "interval-millis" ->
                new Shape(answerBytes, frames, frameBytes, Duration.ofMillis(Long.parseLong(value)), held);
            case "held" -> new Shape(answerBytes, frames, frameBytes, interval, Boolean.parseBoolean(value));
            default -> throw new IllegalArgumentException("'" + name + "' is no part of a shape: " + DEFAULT.query());
        };
    }
}
