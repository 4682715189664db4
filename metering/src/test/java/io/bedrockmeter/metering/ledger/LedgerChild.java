package io.bedrockmeter.metering.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that writes calls into a ledger as fast as it can, until it is killed or its ledger fails, and says what was made
 * durable: {@code I 7} for the intent of call 7, {@code E 7} for its entry.
 */
final class LedgerChild {
    static final int EXIT_AFTER_FAILURE = 3;

    private static final int IN_FLIGHT = 24;
    private static final int TOKENS_MAX = 1_000;

    private final SqliteLedger ledger;
    private final PrintStream out;
    private long next;

    private LedgerChild(SqliteLedger ledger, PrintStream out, long first) {
        this.ledger = ledger;
        this.out = out;
        this.next = first;
    }

    /** What the entry of a call is, here and where it is checked. */
    static LedgerEntry entryOf(long call) {
        return Records.entry(call, 1 + call % TOKENS_MAX);
    }

    /** Starts one. The prefix is put before the command line, for a program that starts others. */
    static Process start(Path ledger, long firstCall, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                // A killed process leaves the library behind that its driver unpacked.
                "-Dorg.sqlite.tmpdir=" + ledger.getParent(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LedgerChild.class.getName(),
                ledger.toString(),
                Long.toString(firstCall)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** What a child that has ended had said: whole lines only. */
    static List<String> said(Process child) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> line.endsWith(".")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) {
        SqliteLedger ledger = SqliteLedger.open(
                new LedgerOptions(Path.of(arguments[0]), IN_FLIGHT, 0),
                InstantSource.fixed(Records.NOON),
                () -> Runtime.getRuntime().halt(EXIT_AFTER_FAILURE));
        LedgerChild child = new LedgerChild(ledger, System.out, Long.parseLong(arguments[1]));
        for (int call = 0; call < IN_FLIGHT; call++) {
            child.call();
        }
        awaitTheEnd();
    }

    /** One call after the other; every step but the first is on the writer's thread. */
    private synchronized void call() {
        if (!ledger.tryTakeSlot()) {
            return;
        }
        long call = next++;
        ledger.recordIntent(Records.intent(call))
                .thenCompose(durable -> {
                    say("I", call);
                    return ledger.recordEntry(entryOf(call));
                })
                .thenRun(() -> {
                    say("E", call);
                    call();
                });
    }

    /** The dot tells a line that was cut by the end of the process from a whole one. */
    private void say(String what, long call) {
        out.print(what + " " + call + " .\n");
        out.flush();
    }

    private static void awaitTheEnd() {
        try {
            TimeUnit.MINUTES.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
