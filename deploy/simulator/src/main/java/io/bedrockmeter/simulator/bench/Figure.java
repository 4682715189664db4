package io.bedrockmeter.simulator.bench;

/** Everything that is measured, in the order of the table. The rows that have a goal are those of the product's promise. */
enum Figure {
    CPU_CLOSED_32("CPU µs per 1 KB InvokeModel, 32 callers", Compared.RATIO, 2.5),
    CPU_CLOSED_256("CPU µs per 1 KB InvokeModel, 256 callers", Compared.RATIO, 2.5),
    CPU_OPEN("CPU µs per 1 KB InvokeModel, 1,000/s", Compared.RATIO, Double.NaN),
    CPU_FRAME("CPU µs per stream frame, 100 streams of 50 frames/s", Compared.RATIO, 1.5),
    CPU_FRAME_BURST("CPU µs per stream frame, as fast as they come", Compared.RATIO, Double.NaN),
    CALLS_PER_SECOND_32("InvokeModel/s at most, 32 callers", Compared.NOT, Double.NaN),
    CALLS_PER_SECOND_256("InvokeModel/s at most, 256 callers", Compared.NOT, Double.NaN),
    UTILIZATION_32("core of the process in use then, 32 callers", Compared.NOT, Double.NaN),
    LATENCY_P50("p50 µs at 1,000/s", Compared.ADDED, Double.NaN),
    LATENCY_P99("p99 µs at 1,000/s", Compared.ADDED, Double.NaN),
    LATENCY_P999("p99.9 µs at 1,000/s", Compared.ADDED, Double.NaN),
    FIRST_BYTE_P50("p50 µs to a stream's first byte", Compared.ADDED, Double.NaN),
    FIRST_BYTE_P99("p99 µs to a stream's first byte", Compared.ADDED, Double.NaN),
    GAP_P99("p99 µs between frames 20 ms apart", Compared.ADDED, Double.NaN),
    HELD_RESIDENT_KIB("KiB resident per idle stream", Compared.NOT, 32),
    HELD_HEAP_KIB("KiB live heap per idle stream", Compared.NOT, 32),
    RESIDENT_MIB("MiB resident after all of this", Compared.NOT, Double.NaN),
    READY_MILLIS("ms from start to ready", Compared.NOT, Double.NaN),
    FOREIGN_CORES("cores in use by other programs meanwhile", Compared.NOT, Double.NaN);

    /** How a target's figure is held against others' in the table. */
    enum Compared {
        /** As a multiple of the yardstick's. */
        RATIO,
        /** As what is added to that of a call without a proxy. */
        ADDED,
        /** Not at all. */
        NOT
    }

    private final String title;
    private final Compared compared;
    private final double goal;

    Figure(String title, Compared compared, double goal) {
        this.title = title;
        this.compared = compared;
        this.goal = goal;
    }

    /** The name in files. */
    String key() {
        return name();
    }

    String title() {
        return title;
    }

    Compared compared() {
        return compared;
    }

    /** At most this is wanted, of the ratio where there is one; NaN for no goal. */
    double goal() {
        return goal;
    }
}
