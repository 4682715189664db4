package io.bedrockmeter.simulator.bench;

import java.time.Duration;

/**
 * All measurements of one program in one life of it, from the first call to the idle streams, each in windows of its own. The
 * order is part of it: memory comes last, when every page that traffic touches has been touched.
 *
 * @param subject measured
 * @param figures where each is noted
 * @param window how long each window is
 * @param windows how many windows each measurement has
 * @param streams how many idle streams are held
 */
record Suite(Subject subject, Figures figures, Duration window, int windows, int streams) {
    private static final int RATE = 1_000;
    private static final int OPEN_LOOP_CONNECTIONS = 64;
    private static final int STREAM_CALLERS = 100;
    private static final int BURST_CALLERS = 8;
    private static final Shape BURST = new Shape(0, 5_000, 200, Duration.ZERO, false);
    private static final Shape HELD = new Shape(0, 1, 200, Duration.ZERO, true);
    private static final double MEBIBYTE = 1024 * 1024;

    void run() throws InterruptedException {
        subject.answerAs(Shape.DEFAULT);
        closedLoop(32, Figure.CPU_CLOSED_32, Figure.CALLS_PER_SECOND_32);
        closedLoop(256, Figure.CPU_CLOSED_256, Figure.CALLS_PER_SECOND_256);
        openLoop();
        pacedStreams();
        burstStreams();
        heldStreams();
        figures.add(Figure.RESIDENT_MIB, subject.process().residentBytes() / MEBIBYTE);
    }

    private void closedLoop(int callers, Figure cpu, Figure rate) throws InterruptedException {
        try (var load = ClosedLoop.open(subject.dialer(), "invoke", callers, Duration.ZERO)) {
            subject.warmUp(load, window, Window::cpuMicrosPerCall);
            for (int i = 0; i < windows; i++) {
                Window measured = subject.measure(load, window);
                figures.add(cpu, measured.cpuMicrosPerCall());
                figures.add(rate, measured.callsPerSecond());
                figures.add(Figure.FOREIGN_CORES, measured.foreignCores());
                if (cpu == Figure.CPU_CLOSED_32) {
                    figures.add(Figure.UTILIZATION_32, measured.utilization());
                }
            }
        }
    }

    private void openLoop() throws InterruptedException {
        try (var load = OpenLoop.open(subject.dialer(), RATE, OPEN_LOOP_CONNECTIONS)) {
            subject.warmUp(load, window, Window::cpuMicrosPerCall);
            for (int i = 0; i < windows; i++) {
                Window measured = subject.measure(load, window);
                Samples latencies = measured.tally().latencies();
                figures.add(Figure.CPU_OPEN, measured.cpuMicrosPerCall());
                figures.add(Figure.LATENCY_P50, latencies.percentileMicros(50));
                figures.add(Figure.LATENCY_P99, latencies.percentileMicros(99));
                figures.add(Figure.LATENCY_P999, latencies.percentileMicros(99.9));
                figures.add(Figure.FOREIGN_CORES, measured.foreignCores());
            }
        }
    }

    private void pacedStreams() throws InterruptedException {
        subject.answerAs(Shape.DEFAULT);
        Duration spread = Shape.DEFAULT.interval().multipliedBy(Shape.DEFAULT.frames());
        try (var load = ClosedLoop.open(subject.dialer(), "converse-stream", STREAM_CALLERS, spread)) {
            Thread.sleep(spread);
            subject.warmUp(load, window, Window::cpuMicrosPerFrame);
            for (int i = 0; i < windows; i++) {
                Window measured = subject.measure(load, window);
                figures.add(Figure.CPU_FRAME, measured.cpuMicrosPerFrame());
                figures.add(Figure.FIRST_BYTE_P50, measured.tally().firstBytes().percentileMicros(50));
                figures.add(Figure.FIRST_BYTE_P99, measured.tally().firstBytes().percentileMicros(99));
                figures.add(Figure.GAP_P99, measured.tally().gaps().percentileMicros(99));
                figures.add(Figure.FOREIGN_CORES, measured.foreignCores());
            }
        }
    }

    private void burstStreams() throws InterruptedException {
        subject.answerAs(BURST);
        try (var load = ClosedLoop.open(subject.dialer(), "converse-stream", BURST_CALLERS, Duration.ZERO)) {
            subject.warmUp(load, window, Window::cpuMicrosPerFrame);
            for (int i = 0; i < windows; i++) {
                figures.add(
                        Figure.CPU_FRAME_BURST, subject.measure(load, window).cpuMicrosPerFrame());
            }
        }
    }

    private void heldStreams() throws InterruptedException {
        subject.answerAs(HELD);
        long heapBefore = subject.process().liveHeapBytes();
        long residentBefore = subject.process().residentBytes();
        try (var load = HeldStreams.open(subject.dialer(), streams)) {
            double heap = (double) subject.process().liveHeapBytes() - heapBefore;
            double resident = (double) subject.process().residentBytes() - residentBefore;
            load.nextWindow().withoutFailure();
            figures.add(Figure.HELD_RESIDENT_KIB, resident / 1024 / streams);
            figures.add(Figure.HELD_HEAP_KIB, heap / 1024 / streams);
        }
    }
}
