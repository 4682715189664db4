package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessReadingTest {
    @Test
    void addsUserAndSystemTimeOfAProcessWithAnUglyName() {
        String stat = "42 (a b) c) S 1 42 42 0 -1 4194560 1000 0 0 0 150 25 7 9 20 0 30 0 12345 1 1 1";

        assertThat(ProcessReading.cpuMicros(stat)).isEqualTo(1_750_000);
    }

    @Test
    void readsItself() throws InterruptedException {
        assumeThat(Files.exists(Path.of("/proc/self/stat"))).isTrue();
        ProcessReading self = new ProcessReading(ProcessHandle.current().pid());

        assertThat(self.cpuMicros()).isPositive();
        assertThat(self.residentBytes()).isGreaterThan(1_000_000);
        assertThat(self.liveHeapBytes())
                .isBetween(100_000L, Runtime.getRuntime().maxMemory());
        assertThat(ProcessReading.machineCpuMicros()).isGreaterThanOrEqualTo(self.cpuMicros());
    }
}
