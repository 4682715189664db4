package io.bedrockmeter.simulator.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Callers who want nothing but their answers, at a constant rate, whatever becomes of those before. A latency counts from when a
 * call was due, so a proxy that stalls is charged for all who had to wait.
 */
final class HealthyCalls implements AutoCloseable {
    private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";
    private static final byte[] CALL = ("POST /model/amazon.nova-lite-v1%3A0/converse HTTP/1.1\r\nHost: healthy\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
            .getBytes(US_ASCII);
    private static final int ANSWER_MILLIS_MAX = 20_000;
    private static final long IDLE_NANOS_MAX = 20_000_000_000L;

    private final InetSocketAddress target;
    private final int perSecond;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Thread pacer = new Thread(this::pace, "pacer");

    private volatile boolean closed;
    private List<Long> micros = new ArrayList<>();
    private List<String> failures = new ArrayList<>();

    HealthyCalls(InetSocketAddress target, int perSecond) {
        this.target = target;
        this.perSecond = perSecond;
    }

    /**
     * How calls went.
     *
     * @param micros how long each took from when it was due, sorted
     * @param failures what became of those that were not answered with 200
     */
    record Window(List<Long> micros, List<String> failures) {
        /** The longest of this share of the calls, in milliseconds; 0 without calls. */
        double percentileMillis(double percent) {
            if (micros.isEmpty()) {
                return 0;
            }
            int rank = (int) Math.ceil(percent / 100 * micros.size());
            return micros.get(Math.max(1, Math.min(rank, micros.size())) - 1) / 1e3;
        }
    }

    void start() {
        pacer.start();
    }

    /** What was answered since the last time. */
    synchronized Window nextWindow() {
        Window window = new Window(micros.stream().sorted().toList(), List.copyOf(failures));
        micros = new ArrayList<>();
        failures = new ArrayList<>();
        return window;
    }

    private void pace() {
        long began = System.nanoTime();
        for (long call = 0; !closed; call++) {
            long due = began + call * 1_000_000_000L / perSecond;
            for (long wait = due - System.nanoTime(); wait > 0 && !closed; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            threads.execute(() -> call(due));
        }
    }

    private void call(long due) {
        try {
            Connection connection = connection();
            connection.call();
            idle.push(connection);
            note((System.nanoTime() - due) / 1_000, null);
        } catch (IOException e) {
            note(0, e.toString());
        }
    }

    private Connection connection() throws IOException {
        for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (System.nanoTime() - kept.usedAtNanos < IDLE_NANOS_MAX) {
                return kept;
            }
            kept.close();
        }
        return new Connection(target);
    }

    private synchronized void note(long took, @Nullable String failure) {
        if (closed) {
            return;
        }
        if (failure == null) {
            micros.add(took);
        } else {
            failures.add(failure);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(pacer);
        try {
            pacer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        idle.forEach(Connection::close);
    }

    /** A connection that is kept. Confined to one thread at a time. */
    private static final class Connection {
        private final Socket socket = new Socket();
        private final InputStream in;
        private long usedAtNanos;

        Connection(InetSocketAddress target) throws IOException {
            socket.connect(target, ANSWER_MILLIS_MAX);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void call() throws IOException {
            socket.getOutputStream().write(CALL);
            String first = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            if (in.readNBytes(length).length < length) {
                throw new EOFException("the answer ended early");
            }
            usedAtNanos = System.nanoTime();
            if (!first.startsWith("HTTP/1.1 200")) {
                throw new IOException("answered with " + first);
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("closed before the answer was whole");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is given up either way.
            }
        }
    }
}
