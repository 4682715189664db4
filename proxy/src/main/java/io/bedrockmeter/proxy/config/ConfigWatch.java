package io.bedrockmeter.proxy.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Watches the files of a running configuration, and has a changed one brought into force: whole, or not at all.
 *
 * <p>One virtual thread compares contents at an interval, because a watch on a folder misses what containers do (they swap a
 * symbolic link above the file). What differs is loaded once it has held still for an interval, so that a file half written
 * is not taken for a whole one. {@link #hangUp} loads at once and may be called from any thread; all else runs on the one.
 */
public final class ConfigWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);

    private final ConfigLoader loader;
    private final Path file;
    private final LoadedConfig.Valid started;
    private final Semaphore hangUps = new Semaphore(0);

    private LoadedConfig.Valid inForce;
    private List<Path> named;
    private Contents loaded;
    private @Nullable Contents settling;
    private volatile boolean closing;
    private @Nullable Thread thread;

    private ConfigWatch(ConfigLoader loader, Path file, LoadedConfig.Valid started, Contents loaded) {
        this.loader = loader;
        this.file = file;
        this.started = started;
        this.inForce = started;
        this.named = started.config().watched();
        this.loaded = loaded;
    }

    /** What runs under the configuration. Called on the watch's thread. */
    public interface Running {
        /**
         * Brings a configuration into force, or changes nothing.
         *
         * @throws IOException if it cannot be brought into force; the message names the key and the way out
         * @throws InvalidSetting if it does not go together with what cannot change any more
         */
        void reload(ProxyConfig config) throws IOException;

        /** What {@link #reload} has brought into force differs in this from what was; nothing if a file that it names changed. */
        void changed(List<SettingChange> changes);

        /** A file was refused; what was in force stays. */
        void refused();
    }

    /**
     * A watch that knows the files as they are now; to be made before they are used.
     *
     * @param started what was loaded from the file, and is about to be run
     */
    public static ConfigWatch of(ConfigLoader loader, Path file, LoadedConfig.Valid started) {
        Contents contents = Contents.of(file, started.config().watched());
        ConfigWatch watch = new ConfigWatch(loader, file, started, contents);
        if (!loader.load(file).equals(started)) {
            // It changed since it was loaded.
            watch.hangUp();
        }
        return watch;
    }

    /** Begins to watch. */
    public void start(Running running, Duration interval) {
        thread = Thread.ofVirtual().name("config-watch").start(() -> watch(running, interval));
    }

    /** Has the file loaded now, changed or not. Thread-safe, does not wait. */
    public void hangUp() {
        hangUps.release();
    }

    /** Ends the watch, waiting for a reload that is under way. */
    @Override
    public void close() {
        closing = true;
        hangUps.release();
        Thread watching = thread;
        try {
            if (watching != null) {
                watching.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Running running, Duration interval) {
        try {
            while (!closing) {
                boolean hungUp = hangUps.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                hangUps.drainPermits();
                if (closing) {
                    return;
                }
                if (hungUp) {
                    load(running, Contents.of(file, named));
                } else {
                    look(running);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Loads the file if it differs from what was loaded last, and has been like that at the last look too. */
    void look(Running running) {
        Contents now = Contents.of(file, named);
        if (now.equals(loaded)) {
            settling = null;
        } else if (now.equals(settling)) {
            load(running, now);
        } else {
            settling = now;
        }
    }

    private void load(Running running, Contents contents) {
        loaded = contents;
        settling = null;
        switch (loader.load(file)) {
            case LoadedConfig.Valid valid -> apply(running, valid);
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(problem -> refuse(problem.toString()));
                running.refused();
            }
        }
    }

    private void apply(Running running, LoadedConfig.Valid valid) {
        // Even if it is refused: a key that does not fit yet may follow its certificate in a moment.
        watchFilesOf(valid.config());
        try {
            running.reload(valid.config());
        } catch (InvalidSetting e) {
            refuse(new ConfigProblem(file.toString(), 0, 0, e.key(), String.valueOf(e.getMessage())).toString());
            running.refused();
            return;
        } catch (IOException e) {
            refuse(new ConfigProblem(file.toString(), 0, 0, "", String.valueOf(e.getMessage())).toString());
            running.refused();
            return;
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a configuration could not be brought into force");
            running.refused();
            return;
        }
        log.atInfo().addKeyValue("file", file).log("configuration reloaded");
        running.changed(SettingChange.between(inForce, valid));
        inForce = valid;
        tellWhatNeedsARestart(valid);
    }

    private void watchFilesOf(ProxyConfig config) {
        if (!named.equals(config.watched())) {
            named = config.watched();
            loaded = Contents.of(file, named);
        }
    }

    private void tellWhatNeedsARestart(LoadedConfig.Valid valid) {
        LoggingEventBuilder line = log.atWarn();
        boolean any = false;
        for (Setting setting : valid.settings()) {
            Setting before = started.settings().stream()
                    .filter(old -> old.key().equals(setting.key()))
                    .findFirst()
                    .orElseGet(() -> setting.withValue(null));
            if (!setting.reloads() && !Objects.equals(before.value(), setting.value())) {
                line = line.addKeyValue(setting.key(), shown(before) + " -> " + shown(setting));
                any = true;
            }
        }
        if (any) {
            line.log("restart to apply these keys; the others are in force");
        }
    }

    private static String shown(Setting setting) {
        String value = setting.value();
        return value == null ? "(not set)" : value;
    }

    private static void refuse(String problem) {
        log.atWarn().addKeyValue("problem", problem).log("configuration refused; the one before stays in force");
    }
}
