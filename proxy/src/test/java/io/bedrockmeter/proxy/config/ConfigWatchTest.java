package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a file counts as changed, look by look. */
class ConfigWatchTest {
    private static final String BEFORE = "upstream: {region: us-east-1}\n";
    private static final String AFTER = BEFORE + "limits: {fields: 50}\n";

    @TempDir
    private Path folder;

    private final ConfigLoader loader = new ConfigLoader(Map.of());
    private final Recorded running = new Recorded();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("meter.yaml"), BEFORE);
    }

    @Test
    void leavesAFileAloneThatDoesNotChange() throws IOException {
        ConfigWatch watch = watch();

        Files.writeString(file, BEFORE);
        look(watch, 3);

        assertThat(running.events).isEmpty();
    }

    @Test
    void loadsAChangeOnceAndOnlyWhenItHasHeldStill() throws IOException {
        ConfigWatch watch = watch();

        Files.writeString(file, BEFORE + "limits: {fields: 5");
        look(watch, 1);
        Files.writeString(file, AFTER);
        look(watch, 1);
        List<String> whileItMoved = List.copyOf(running.events);
        look(watch, 3);

        assertThat(whileItMoved).isEmpty();
        assertThat(running.events).containsExactly("fields 50");
    }

    @Test
    void refusesABadFileOnceAndTakesTheNextGoodOne() throws IOException {
        ConfigWatch watch = watch();

        Files.writeString(file, BEFORE + "limits: {fields: many}\n");
        look(watch, 4);
        Files.writeString(file, AFTER);
        look(watch, 4);

        assertThat(running.events).containsExactly("refused", "fields 50");
    }

    @Test
    void refusesAFileThatWentAway() throws IOException {
        ConfigWatch watch = watch();

        Files.delete(file);
        look(watch, 3);

        assertThat(running.events).containsExactly("refused");
    }

    @Test
    void seesThroughALinkThatIsSwappedAboveTheFile() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.writeString(first.resolve("meter.yaml"), BEFORE);
        Files.writeString(second.resolve("meter.yaml"), AFTER);
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
        file = Files.createSymbolicLink(folder.resolve("linked.yaml"), data.resolve("meter.yaml"));
        ConfigWatch watch = watch();

        Path swapped = Files.createSymbolicLink(folder.resolve("..data_tmp"), second);
        Files.move(swapped, data, StandardCopyOption.ATOMIC_MOVE);
        look(watch, 2);

        assertThat(running.events).containsExactly("fields 50");
    }

    @Test
    void loadsTheSameFileAgainWhenItsCertificateChanges() throws IOException {
        Path certificate = Files.writeString(folder.resolve("a.crt"), "one");
        Path key = Files.writeString(folder.resolve("a.key"), "one");
        Files.writeString(file, AFTER + "listen: {tls: {certificate: %s, key: %s}}\n".formatted(certificate, key));
        ConfigWatch watch = watch();

        Files.writeString(certificate, "two");
        look(watch, 2);
        Files.writeString(key, "two");
        look(watch, 2);

        assertThat(running.events).containsExactly("fields 50", "fields 50");
    }

    @Test
    void watchesTheCertificateThatAChangedFileNames() throws IOException {
        Path certificate = Files.writeString(folder.resolve("a.crt"), "one");
        ConfigWatch watch = watch();

        Files.writeString(file, AFTER + "listen: {tls: {certificate: %s, key: a.key}}\n".formatted(certificate));
        look(watch, 4);
        Files.writeString(certificate, "two");
        look(watch, 4);

        assertThat(running.events).containsExactly("fields 50", "fields 50");
    }

    @Test
    void tellsWhichKeysHaveAnotherValueAndNoSecret() throws IOException {
        String accounts = "accounts: {keys: {AKIAONE: {team: search, app: %s}}}\n";
        String bearer = "upstream: {region: us-east-1, auth: {scheme: bearer, token: %s}}\n";
        Files.writeString(file, bearer.formatted("hush") + accounts.formatted("one"));
        ConfigWatch watch = watch();

        Files.writeString(file, bearer.formatted("quiet") + accounts.formatted("two") + "limits: {fields: 50}\n");
        look(watch, 3);
        Files.writeString(file, bearer.formatted("still") + accounts.formatted("two") + "limits: {fields: 50}\n");
        look(watch, 3);
        Files.writeString(file, bearer.formatted("still"));
        look(watch, 3);

        assertThat(running.changes)
                .contains(
                        new SettingChange("limits.fields", "100", "50"),
                        new SettingChange("accounts.keys.AKIAONE.app", "one", "two"),
                        new SettingChange("(a secret)", "***", "***"),
                        new SettingChange("accounts.keys.AKIAONE.app", "two", null),
                        new SettingChange("limits.fields", "50", "100"))
                .noneMatch(change -> change.toString().matches(".*(hush|quiet|still).*"));
    }

    private ConfigWatch watch() {
        return ConfigWatch.of(loader, file, (LoadedConfig.Valid) loader.load(file));
    }

    private void look(ConfigWatch watch, int times) {
        for (int i = 0; i < times; i++) {
            watch.look(running);
        }
    }

    private static final class Recorded implements ConfigWatch.Running {
        private final List<String> events = new ArrayList<>();
        private final List<SettingChange> changes = new ArrayList<>();

        @Override
        public void reload(ProxyConfig config) {
            events.add("fields " + config.limits().fields());
        }

        @Override
        public void changed(List<SettingChange> told) {
            changes.addAll(told);
        }

        @Override
        public void refused() {
            events.add("refused");
        }
    }
}
