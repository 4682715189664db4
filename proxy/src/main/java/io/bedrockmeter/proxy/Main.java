package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.proxy.cli.Commands;
import io.bedrockmeter.proxy.cli.Console;
import io.bedrockmeter.proxy.cli.ExitCode;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.ConfigWatch;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.SettingChange;
import io.bedrockmeter.proxy.logging.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program. The one place that takes the process's clock, environment and signals. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    /** How long a process whose ledger failed may take to answer its callers before it ends. */
    private static final long LAST_WORDS_MILLIS = 1_000;
    /** How often the files of the configuration are compared; what changed is in force after two to three times that. */
    private static final Duration LOOK_AT_FILES = Duration.ofSeconds(1);

    private Main() {}

    /** Runs one command; see {@code --help}. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        Commands commands = new Commands(
                System.getenv(),
                InstantSource.system(),
                new SplittableRandom(),
                new SecureRandom(),
                console,
                (loaded, file) -> serve(loaded, file, console));
        System.exit(commands.run(List.of(arguments)));
    }

    /** Runs the proxy until the process is told to stop (SIGTERM, SIGINT), or its ledger fails. */
    private static int serve(LoadedConfig.Valid loaded, Path file, Console console) {
        ProxyConfig config = loaded.config();
        Logging.apply(config.logging());
        ConfigWatch watch = ConfigWatch.of(new ConfigLoader(System.getenv()), file, loaded);
        // From here on: the signal would end a process that is only starting.
        if (!HangUp.onSignal(watch::hangUp)) {
            log.atInfo().log(
                    "no SIGHUP reaches this process, by its platform or by nohup; the configuration is reloaded when its file changes");
        }
        CountDownLatch ledgerFailed = new CountDownLatch(1);
        Proxy proxy;
        try {
            proxy = Proxy.start(config, Proxy.Setting.ofProcess(ledgerFailed::countDown));
        } catch (IOException | LedgerException e) {
            console.err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
        watch.start(new WithLogging(proxy), LOOK_AT_FILES);
        Thread stopping = new Thread(() -> stop(proxy, watch), "stop");
        Runtime.getRuntime().addShutdownHook(stopping);
        try {
            ledgerFailed.await();
            TimeUnit.MILLISECONDS.sleep(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Not through the shutdown hook: what is on the disk is unknown, and closing would write to it.
        log.atError().log("ending because the ledger failed; the next start verifies it");
        Runtime.getRuntime().halt(ExitCode.SOFTWARE);
        return ExitCode.SOFTWARE;
    }

    private static void stop(Proxy proxy, ConfigWatch watch) {
        log.atInfo().log("stopping: no new calls, waiting for the running ones");
        try (proxy) {
            watch.close();
            boolean all = proxy.drain();
            log.atInfo().addKeyValue("all", all).log("stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A running proxy together with the process's log. */
    private record WithLogging(Proxy proxy) implements ConfigWatch.Running {
        @Override
        public void reload(ProxyConfig config) throws IOException {
            proxy.reload(config);
            Logging.apply(config.logging());
        }

        @Override
        public void changed(List<SettingChange> changes) {
            proxy.changed(changes);
        }

        @Override
        public void refused() {
            proxy.refused();
        }
    }
}
