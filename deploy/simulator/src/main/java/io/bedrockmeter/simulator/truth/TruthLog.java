package io.bedrockmeter.simulator.truth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The truth log: the newest entries in memory and, where a file is given, every entry as a line of NDJSON. With fsync the
 * future of an append completes when the line is durable; lines that wait together share one fsync. Thread-safe.
 */
public final class TruthLog implements AutoCloseable {
    private static final int IN_MEMORY_MAX = 200_000;
    private static final int QUEUE_MAX = 65_536;
    private static final JsonMapper JSON = new JsonMapper();

    private final Deque<TruthEntry> newest = new ArrayDeque<>();
    private final @Nullable FileChannel file;
    private final @Nullable Thread syncer;
    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>(QUEUE_MAX);

    /** A line to make durable; an empty one asks the writer to end. */
    private record Pending(String line, CompletableFuture<Void> durable) {}

    private TruthLog(@Nullable FileChannel file, boolean fsync) {
        this.file = file;
        this.syncer = file != null && fsync ? new Thread(() -> syncLoop(file), "truth-log") : null;
    }

    /** A log without a file. */
    public static TruthLog inMemory() {
        return new TruthLog(null, false);
    }

    public static TruthLog open(Path path, boolean fsync) {
        try {
            TruthLog log =
                    new TruthLog(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), fsync);
            if (log.syncer != null) {
                log.syncer.start();
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the truth log " + path + " for appending", e);
        }
    }

    /** Completes when the entry is as safe as it was asked to be. */
    public CompletableFuture<Void> append(TruthEntry entry) {
        synchronized (newest) {
            if (newest.size() == IN_MEMORY_MAX) {
                newest.removeFirst();
            }
            newest.addLast(entry);
        }
        if (file == null) {
            return CompletableFuture.completedFuture(null);
        }
        String line = JSON.writeValueAsString(entry) + "\n";
        CompletableFuture<Void> durable = new CompletableFuture<>();
        if (syncer == null) {
            settle(durable, failureOf(() -> write(file, line)));
        } else if (!queue.offer(new Pending(line, durable))) {
            durable.completeExceptionally(new IOException("the truth log is behind by " + QUEUE_MAX + " lines"));
        }
        return durable;
    }

    /** The entries held in memory, oldest first. */
    public List<TruthEntry> entries() {
        synchronized (newest) {
            return List.copyOf(newest);
        }
    }

    /** Forgets the entries in memory; the file keeps its lines. */
    public void forget() {
        synchronized (newest) {
            newest.clear();
        }
    }

    @Override
    public void close() throws IOException {
        if (syncer != null) {
            queue.add(new Pending("", new CompletableFuture<>()));
            try {
                syncer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (file != null) {
            file.close();
        }
    }

    private void syncLoop(FileChannel to) {
        List<Pending> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            batch.clear();
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                return;
            }
            queue.drainTo(batch);
            StringBuilder lines = new StringBuilder();
            batch.forEach(pending -> lines.append(pending.line()));
            IOException failure = failureOf(() -> {
                write(to, lines.toString());
                to.force(false);
            });
            batch.forEach(pending -> settle(pending.durable(), failure));
            open = batch.stream().noneMatch(pending -> pending.line().isEmpty());
        }
    }

    private static void settle(CompletableFuture<Void> future, @Nullable IOException failure) {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }

    private static @Nullable IOException failureOf(Write write) {
        try {
            write.run();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static void write(FileChannel file, String lines) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }
}
