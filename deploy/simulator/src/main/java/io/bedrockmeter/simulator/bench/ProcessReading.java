package io.bedrockmeter.simulator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What Linux and the JVM tell of a running process.
 *
 * @param pid its number
 */
public record ProcessReading(long pid) {
    private static final Path PROC = Path.of("/proc");
    private static final long TICK_MICROS = 10_000;
    private static final int JCMD_SECONDS_MAX = 60;

    /** User and system time of all its threads, dead ones too, so far. */
    public long cpuMicros() {
        return cpuMicros(read(PROC.resolve(Long.toString(pid)).resolve("stat")));
    }

    /** Its resident memory now. */
    public long residentBytes() {
        for (String line :
                read(PROC.resolve(Long.toString(pid)).resolve("status")).split("\n", -1)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IllegalStateException("process " + pid + " tells no resident memory; has it ended?");
    }

    /** What is reachable in its heap; makes it collect all garbage first. */
    public long liveHeapBytes() throws InterruptedException {
        List<String> lines = jcmd("GC.class_histogram").lines().toList();
        String total = lines.get(lines.size() - 1).strip();
        if (!total.startsWith("Total")) {
            throw new IllegalStateException("jcmd GC.class_histogram of " + pid + " ended with '" + total + "'");
        }
        return Long.parseLong(total.split("\\s+", -1)[2]);
    }

    /** Busy time of all cores so far, whoever had it. */
    static long machineCpuMicros() {
        String[] fields =
                read(PROC.resolve("stat")).lines().findFirst().orElseThrow().split("\\s+", -1);
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK_MICROS;
    }

    /** Reads a line of {@code /proc/PID/stat}; the program's name in it may hold blanks and parentheses. */
    static long cpuMicros(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    }

    /** By way of a file: a JVM that waits for its histogram to be read stands still, and it might be this one. */
    private String jcmd(String command) throws InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Path output = Files.createTempFile("jcmd", ".txt");
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(JCMD_SECONDS_MAX, TimeUnit.SECONDS);
            String told = read(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                process.destroy();
                throw new IllegalStateException(jcmd + " " + pid + " " + command + " failed: " + told);
            }
            return told;
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + jcmd + "; run the load with a JDK", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file + "; has the process ended?", e);
        }
    }
}
