package io.bedrockmeter.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {
    private static final Pattern RELEASE =
            Pattern.compile("JAVA_VERSION=\"(?<version>(?:1\\.)?(?<feature>[0-9]+)[^\"]*)\"");

    @Test
    void isCompiledForJava8() throws IOException {
        try (InputStream classFile = Objects.requireNonNull(Launcher.class.getResourceAsStream("Launcher.class"))) {
            byte[] head = classFile.readNBytes(8);

            assertThat(head[7]).isEqualTo((byte) 52);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.8,8", "17,17", "21,21", "25,25"})
    void knowsHowJavasAreNumbered(String specification, int feature) {
        assertThat(Launcher.featureOf(specification)).isEqualTo(feature);
    }

    @Test
    void tellsAnOldJavaInOneLineWhatIsMissing() throws Exception {
        Optional<Path> old = oldJava();
        assumeTrue(old.isPresent(), "no Java older than 21 under /usr/lib/jvm");
        Path home = old.orElseThrow();

        Process process = new ProcessBuilder(
                        home.resolve("bin/java").toString(), "-cp", classes().toString(), Launcher.class.getName())
                .start();
        String complaint = new String(process.getErrorStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(69);
        assertThat(complaint)
                .startsWith("bedrock-meter needs Java 21 or newer; this is Java ")
                .contains(home.toRealPath().toString())
                .hasLineCount(1);
    }

    private static Path classes() throws Exception {
        return Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static Optional<Path> oldJava() throws IOException {
        Path javas = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(javas)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(javas)) {
            return homes.filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(LauncherTest::isOld)
                    .findFirst();
        }
    }

    private static boolean isOld(Path home) {
        try {
            Matcher matcher = RELEASE.matcher(Files.readString(home.resolve("release")));
            return matcher.find() && Integer.parseInt(matcher.group("feature")) < 21;
        } catch (IOException e) {
            return false;
        }
    }
}
