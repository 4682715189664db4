package io.bedrockmeter.simulator.bench;

import java.time.Duration;

/**
 * What one window of a load cost and gave.
 *
 * @param tally what the callers saw
 * @param wallMicros how long it was
 * @param cpuMicros user and system time that the process under test used in it
 * @param foreignMicros busy time of all cores that none of our processes used
 */
record Window(Tally tally, long wallMicros, long cpuMicros, long foreignMicros) {
    /**
     * Measures one window of a running load. Refuses one in which a call failed.
     *
     * @param load to be measured
     * @param subject the process under test
     * @param upstreamPid of the upstream; what is neither its, the subject's nor ours is foreign
     * @param length of the window
     */
    static Window measure(Callers load, ProcessReading subject, long upstreamPid, Duration length)
            throws InterruptedException {
        ProcessReading own = new ProcessReading(ProcessHandle.current().pid());
        ProcessReading upstream = new ProcessReading(upstreamPid);
        load.nextWindow();
        long startNanos = System.nanoTime();
        long subjectBefore = subject.cpuMicros();
        long ownBefore = own.cpuMicros() + upstream.cpuMicros();
        long machineBefore = ProcessReading.machineCpuMicros();
        Thread.sleep(length);
        long machine = ProcessReading.machineCpuMicros() - machineBefore;
        long ours = own.cpuMicros() + upstream.cpuMicros() - ownBefore;
        long cpu = subject.cpuMicros() - subjectBefore;
        long wall = (System.nanoTime() - startNanos) / 1000;
        long others = machine - ours - (subject.pid() == upstreamPid ? 0 : cpu);
        return new Window(load.nextWindow().withoutFailure(), wall, cpu, Math.max(0, others));
    }

    double cpuMicrosPerCall() {
        return (double) cpuMicros / tally.calls();
    }

    double cpuMicrosPerFrame() {
        return (double) cpuMicros / tally.frames();
    }

    double callsPerSecond() {
        return tally.calls() * 1e6 / wallMicros;
    }

    double framesPerSecond() {
        return tally.frames() * 1e6 / wallMicros;
    }

    /** Cores' worth of time that others used meanwhile. */
    double foreignCores() {
        return (double) foreignMicros / wallMicros;
    }

    /** Share of one core that the process under test used. */
    double utilization() {
        return (double) cpuMicros / wallMicros;
    }
}
