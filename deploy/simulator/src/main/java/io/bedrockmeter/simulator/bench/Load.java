package io.bedrockmeter.simulator.bench;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The load of the bench and its stopwatch. The first argument is what to do, {@code --port} and {@code --pid} name the program
 * under test, {@code --upstream-port} and {@code --upstream-pid} the {@link FastBedrock} behind it; with {@code --key ID:SECRET}
 * calls are signed in truth:
 *
 * <ul>
 *   <li>{@code suite}: everything, noted for {@link Report} in {@code --out FILE} under {@code --target NAME};
 *   <li>{@code closed --operation invoke --callers 32}: callers who wait for their answer, then call again;
 *   <li>{@code open --rate 1000}: callers who don't;
 *   <li>{@code hold --streams 2000}: what so many idle streams weigh;
 *   <li>{@code big --mebibytes 1024}: one stream of that size, every frame counted.
 * </ul>
 */
public final class Load {
    private static final Duration BIG_PATIENCE = Duration.ofMinutes(5);
    private static final int BIG_FRAME_BYTES = 64 * 1024;

    private final Options options;
    private final Subject subject;

    private Load(Options options, Subject subject) {
        this.options = options;
        this.subject = subject;
    }

    /**
     * Runs one load and ends.
     *
     * @param arguments see above
     * @throws InterruptedException if told to stop
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("what to do? suite, closed, open, hold or big");
        }
        Options options = Options.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        long pid = options.number("pid", ProcessHandle.current().pid());
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Subject subject = new Subject(
                new Dialer(
                        loops.next(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), options.count("port", 8080)),
                        caller(options.text("key", ""))),
                new ProcessReading(pid),
                options.number("upstream-pid", pid),
                options.count("upstream-port", 9000));
        try {
            new Load(options, subject).run(arguments[0]);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static @Nullable AwsCredentialsIdentity caller(String key) {
        int colon = key.indexOf(':');
        return key.isEmpty() ? null : AwsCredentialsIdentity.create(key.substring(0, colon), key.substring(colon + 1));
    }

    private void run(String what) throws InterruptedException {
        switch (what) {
            case "suite" -> suite();
            case "closed" -> closed();
            case "open" -> open();
            case "hold" -> hold();
            case "big" -> big();
            default -> throw new IllegalArgumentException("'" + what + "': expected suite, closed, open, hold or big");
        }
    }

    private void suite() throws InterruptedException {
        Figures figures = new Figures(Path.of(options.required("out")), options.required("target"));
        Suite suite = new Suite(
                subject,
                figures,
                options.seconds("window-seconds", 3),
                options.count("windows", 3),
                options.count("streams", 2_000));
        double readyMillis = options.number("ready-millis", 0);
        options.refuseOthers();
        if (readyMillis > 0) {
            figures.add(Figure.READY_MILLIS, readyMillis);
        }
        suite.run();
    }

    private void closed() throws InterruptedException {
        String operation = options.text("operation", "invoke");
        int callers = options.count("callers", 32);
        Duration spread = options.seconds("spread-seconds", 0);
        Duration length = options.seconds("seconds", 10);
        subject.answerAs(Shape.parse(options.text("shape", "")));
        options.refuseOthers();
        try (var load = ClosedLoop.open(subject.dialer(), operation, callers, spread)) {
            subject.warmUp(
                    load, length, operation.endsWith("stream") ? Window::cpuMicrosPerFrame : Window::cpuMicrosPerCall);
            tell(subject.measure(load, length));
        }
    }

    private void open() throws InterruptedException {
        int rate = options.count("rate", 1_000);
        int connections = options.count("connections", 64);
        Duration length = options.seconds("seconds", 10);
        subject.answerAs(Shape.parse(options.text("shape", "")));
        options.refuseOthers();
        try (var load = OpenLoop.open(subject.dialer(), rate, connections)) {
            subject.warmUp(load, length, Window::cpuMicrosPerCall);
            tell(subject.measure(load, length));
        }
    }

    private void hold() throws InterruptedException {
        int streams = options.count("streams", 2_000);
        Duration length = options.seconds("seconds", 5);
        options.refuseOthers();
        subject.answerAs(new Shape(0, 1, 200, Duration.ZERO, true));
        long heapBefore = subject.process().liveHeapBytes();
        long residentBefore = subject.process().residentBytes();
        try (var load = HeldStreams.open(subject.dialer(), streams)) {
            Thread.sleep(length);
            load.nextWindow().withoutFailure();
            System.out.printf(
                    Locale.ROOT,
                    "%d idle streams: %.1f KiB of live heap and %.1f KiB of resident memory each%n",
                    streams,
                    (subject.process().liveHeapBytes() - heapBefore) / 1024.0 / streams,
                    (subject.process().residentBytes() - residentBefore) / 1024.0 / streams);
        }
    }

    private void big() throws InterruptedException {
        long bytes = options.number("mebibytes", 1024) * 1024 * 1024;
        options.refuseOthers();
        Shape shape = new Shape(0, Math.toIntExact(bytes / BIG_FRAME_BYTES), BIG_FRAME_BYTES, Duration.ZERO, false);
        subject.answerAs(shape);
        long expected = Frames.converse(shape).count(shape);
        long startNanos = System.nanoTime();
        Tally tally = OneStream.read(subject.dialer(), BIG_PATIENCE);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d of %d frames, %d bytes in %.1f s; %.1f MiB resident at the end%n",
                tally.frames(),
                expected,
                tally.bodyBytes(),
                seconds,
                subject.process().residentBytes() / 1024.0 / 1024);
        if (tally.frames() != expected || tally.bodyBytes() < bytes) {
            throw new IllegalStateException("the stream did not come whole");
        }
    }

    private static void tell(Window window) {
        Tally tally = window.tally();
        System.out.printf(
                Locale.ROOT,
                "%.0f calls/s, %.0f frames/s, %.2f of a core; CPU µs per call %.1f, per frame %.2f; others used %.2f cores%n",
                window.callsPerSecond(),
                window.framesPerSecond(),
                window.utilization(),
                window.cpuMicrosPerCall(),
                window.cpuMicrosPerFrame(),
                window.foreignCores());
        tell("call", tally.latencies());
        tell("first byte", tally.firstBytes());
        tell("gap between reads of frames", tally.gaps());
    }

    private static void tell(String what, Samples samples) {
        if (samples.count() > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%s, µs: p50 %.0f, p90 %.0f, p99 %.0f, p99.9 %.0f, max %.0f%n",
                    what,
                    samples.percentileMicros(50),
                    samples.percentileMicros(90),
                    samples.percentileMicros(99),
                    samples.percentileMicros(99.9),
                    samples.percentileMicros(100));
        }
    }
}
