package io.bedrockmeter.simulator.bench;

/** What the callers saw in one window of time. Written by one event loop, read when that has let go of it. */
final class Tally {
    private final Samples latencies = new Samples();
    private final Samples firstBytes = new Samples();
    private final Samples gaps = new Samples();
    private long frames;
    private long bodyBytes;
    private long failures;
    private String firstFailure = "";

    void called(long latencyNanos) {
        latencies.add(latencyNanos);
    }

    void firstByte(long waitNanos) {
        firstBytes.add(waitNanos);
    }

    void gap(long nanos) {
        gaps.add(nanos);
    }

    void body(int bytes, int framesEnded) {
        bodyBytes += bytes;
        frames += framesEnded;
    }

    void failed(String why) {
        if (failures++ == 0) {
            firstFailure = why;
        }
    }

    /** Refuses a window in which a call failed: its figures would be of something else. */
    Tally withoutFailure() {
        if (failures > 0) {
            throw new IllegalStateException(failures + " calls failed, the first: " + firstFailure);
        }
        return this;
    }

    /** One for each call that ended: from when it was due to the last byte of its answer. */
    Samples latencies() {
        return latencies;
    }

    /** One for each call: from when it was due to the first byte of its answer. */
    Samples firstBytes() {
        return firstBytes;
    }

    /** One for each read of a stream but the first: since the read before. */
    Samples gaps() {
        return gaps;
    }

    long calls() {
        return latencies.count();
    }

    long frames() {
        return frames;
    }

    long bodyBytes() {
        return bodyBytes;
    }
}
