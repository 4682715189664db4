package io.bedrockmeter.proxy.world;

import io.bedrockmeter.proxy.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy in a process of its own, which can be killed. */
public final class ProxyProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready data=(\\d+)");

    private final Process process;
    private final int port;
    private final Queue<String> said;

    private ProxyProcess(Process process, int port, Queue<String> said) {
        this.process = process;
        this.port = port;
        this.said = said;
    }

    /** Starts one and waits until it takes calls. */
    public static ProxyProcess start(Path config) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx192m",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "serve",
                            "--config",
                            config.toString())
                    .redirectErrorStream(true)
                    .start();
            Queue<String> said = new ConcurrentLinkedQueue<>();
            return new ProxyProcess(process, portOf(process, said), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int portOf(Process process, Queue<String> said) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofVirtual().start(() -> listen(lines, said));
                return Integer.parseInt(ready.group(1));
            }
        }
        throw new IllegalStateException("the proxy did not start:\n" + String.join("\n", said));
    }

    /** Reads on, so that the process never waits for a reader. */
    private static void listen(BufferedReader lines, Queue<String> said) {
        try {
            lines.lines().forEach(said::add);
        } catch (UncheckedIOException e) {
            // It was killed.
        }
    }

    /** What it has logged so far, line by line. */
    public List<String> said() {
        return List.copyOf(said);
    }

    /** Sends it SIGHUP. */
    public void hangUp() {
        try {
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The data port. */
    public int port() {
        return port;
    }

    /** Ends it after a while without a warning, as {@code kill -9} does, and waits until it is gone. */
    public void killAfter(long millis) {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of a process", e);
        }
    }

    /** Ends it as an operator does, and waits; returns its exit code. */
    public int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        killAfter(0);
    }
}
