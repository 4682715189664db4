package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.entry;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.metering.meters.InstalledProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a ledger whose process, power or disk went away. */
final class SqliteLedgerCrashTest {
    private static final int KILLS = Integer.getInteger("bedrockmeter.kills", 20);
    private static final int POWER_CUTS = Integer.getInteger("bedrockmeter.powerCuts", 200);
    private static final int CUTS_OF_A_SERIES = 50;
    private static final long SEED = Long.getLong("bedrockmeter.seed", new Random().nextLong());
    private static final long CALLS_OF_A_CHILD_MAX = 10_000_000;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @Test
    void keepsEveryRecordItAnsweredForWhenItsProcessIsKilled() throws Exception {
        List<String> said = new ArrayList<>();
        BigInteger recovered = BigInteger.ZERO;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = LedgerChild.start(file(), kill * CALLS_OF_A_CHILD_MAX);
            said.addAll(killSoon(child));

            try (SqliteLedger ledger = reopen()) {
                recovered = recovered.add(ledger.chargedPicos());
                assertThat(ledger.recovered())
                        .as("seed %d", SEED)
                        .allSatisfy(entry -> assertThat(entry.charge().cost()).isEqualTo(Records.RESERVED));
            }
        }

        assertKept(said);
        assertThat(recovered).isEqualTo(charged("UNKNOWN_AFTER_CRASH"));
    }

    /**
     * Power loss, simulated: what was written after the last answered commit is cut anywhere, or comes back as noise, because
     * the disk had not been told to keep it.
     */
    @Test
    void keepsEveryRecordItAnsweredForWhenThePowerIsCut() throws Exception {
        for (int series = 0; series < POWER_CUTS / CUTS_OF_A_SERIES; series++) {
            cutThePowerOf(folder.resolve("series" + series + ".db"));
        }
    }

    @Test
    void endsItsProcessWhenTheDiskCannotSyncAndKeepsWhatItAnsweredFor() throws Exception {
        InstalledProgram.orSkip("strace");
        Process child = LedgerChild.start(
                file(),
                0,
                "strace",
                "-f",
                "-qq",
                "-o",
                folder.resolve("strace.txt").toString(),
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:error=EIO:when=60+");
        List<String> said = LedgerChild.said(child);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assumeTrue(!said.isEmpty(), "this system does not allow strace to trace");

        assertThat(child.exitValue()).isEqualTo(LedgerChild.EXIT_AFTER_FAILURE);
        reopen().close();
        assertKept(said);
    }

    private List<String> killSoon(Process child) throws IOException, InterruptedException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        int linesBeforeTheKill = 1 + random.nextInt(600);
        for (int line = 0; line < linesBeforeTheKill; line++) {
            said.add(lines.readLine());
        }
        // Not destroyForcibly of the process itself, which also closes the stream with what it has said.
        boolean killed = child.toHandle().destroyForcibly();
        assertThat(killed).isTrue();
        lines.lines().filter(line -> line.endsWith(".")).forEach(said::add);
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private void assertKept(List<String> said) {
        Map<String, String> kept = new HashMap<>();
        for (String row : new LedgerFile(file()).rows("SELECT attempt_id, state, cost_picousd FROM usage_entries")) {
            kept.put(row.substring(0, row.indexOf('|')), row);
        }
        assertThat(kept.values()).as("seed %d", SEED).noneMatch(row -> row.contains("OPEN"));
        for (String line : said) {
            String[] words = line.split(" ", -1);
            LedgerEntry entry = LedgerChild.entryOf(Long.parseLong(words[1]));
            String attemptId = entry.intent().attemptId();
            String exact = attemptId + "|EXACT|" + entry.charge().cost().picos();
            String unknown = attemptId + "|UNKNOWN_AFTER_CRASH|" + Records.RESERVED.picos();
            if (words[0].equals("E")) {
                assertThat(kept).as("seed %d: %s", SEED, line).containsEntry(attemptId, exact);
            } else {
                assertThat(kept.get(attemptId)).as("seed %d: %s", SEED, line).isIn(exact, unknown);
            }
        }
    }

    /** A series is short, so that the log of its ledger only grows: what lies behind the last sync is the end of the file. */
    private void cutThePowerOf(Path ledger) throws IOException {
        Queue<PendingRecord> queue = new ArrayDeque<>();
        Slots slots = new Slots(100);
        DiskReserve reserve = new DiskReserve(new LedgerOptions(ledger, 100, 0));
        try (LedgerDatabase database = LedgerDatabase.open(ledger, Records.NOON, LedgerDatabase.CommitHook.NONE)) {
            LedgerWriter writer = new LedgerWriter(database, reserve, slots, queue);
            long call = 0;
            for (int cut = 0; cut < CUTS_OF_A_SERIES; cut++) {
                long answered = call;
                long synced = Files.size(logOf(ledger));
                int batch = 1 + random.nextInt(20);
                for (int record = 0; record < batch; record++) {
                    assertThat(slots.tryTake()).isTrue();
                    queue.add(new PendingRecord.OfIntent(intent(call), new CompletableFuture<>(), 1));
                    call++;
                }
                writer.doWork();
                assertThat(Files.size(logOf(ledger))).isGreaterThan(synced);
                assertKeptAfterPowerCut(ledger, synced, answered, call);
                settle(writer, queue, answered, call);
            }
        }
    }

    private static Path logOf(Path ledger) {
        return ledger.resolveSibling(ledger.getFileName() + "-wal");
    }

    private void assertKeptAfterPowerCut(Path ledger, long synced, long answered, long written) throws IOException {
        Path copy = folder.resolve("copy.db");
        Files.copy(ledger, copy);
        Files.copy(logOf(ledger), logOf(copy));
        lose(logOf(copy), synced);

        LedgerFile left = new LedgerFile(copy);
        long intents = Long.parseLong(left.value("SELECT count(*) FROM usage_entries"));

        // The last commit was not answered: it is there whole, or not at all.
        assertThat(intents).as("seed %d", SEED).isIn(answered, written);
        assertThat(left.value("PRAGMA integrity_check")).as("seed %d", SEED).isEqualTo("ok");
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(folder.resolve("copy.db" + suffix));
        }
    }

    /** Cuts what was not synced somewhere, and puts noise into some of the rest. */
    private void lose(Path log, long synced) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            long tail = file.length() - synced;
            file.setLength(synced + random.nextLong(tail + 1));
            long left = file.length() - synced;
            if (left > 0 && random.nextBoolean()) {
                byte[] noise = new byte[(int) Math.min(512, left)];
                random.nextBytes(noise);
                file.seek(synced + random.nextLong(left - noise.length + 1));
                file.write(noise);
            }
        }
    }

    private static void settle(LedgerWriter writer, Queue<PendingRecord> queue, long from, long to) {
        for (long call = from; call < to; call++) {
            queue.add(new PendingRecord.OfEntry(entry(call, 1), new CompletableFuture<>(), 1));
        }
        writer.doWork();
    }

    private BigInteger charged(String state) {
        return new LedgerFile(file())
                .rows("SELECT cost_picousd FROM usage_entries WHERE state = '" + state + "'").stream()
                        .map(BigInteger::new)
                        .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private SqliteLedger reopen() {
        return SqliteLedger.open(new LedgerOptions(file(), 1, 0), InstantSource.fixed(Records.NOON), () -> {});
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}
