package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of keys in the README is the one that the code declares. {@code -Dregenerate=true} writes it anew. */
class ConfigurationTableTest {
    private static final String BEGIN = "<!-- config:begin -->\n";
    private static final String END = "<!-- config:end -->";

    @Test
    void isTheOneInTheReadme() throws IOException {
        Path readme = Path.of(Objects.requireNonNull(System.getProperty("bedrockmeter.root")), "README.md");
        String table = table(Configs.valid("upstream: {region: us-east-1}").settings());
        if (Boolean.getBoolean("regenerate")) {
            regenerate(readme, table);
        }

        String text = Files.readString(readme);

        assertThat(text)
                .as("README.md lacks '%s'; run this test with -Dregenerate=true", BEGIN.strip())
                .contains(BEGIN);
        assertThat(text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END)))
                .as("the table of keys in README.md is out of date; run this test with -Dregenerate=true")
                .isEqualTo(table);
    }

    private static void regenerate(Path readme, String table) throws IOException {
        String text = Files.readString(readme);
        if (!text.contains(BEGIN)) {
            text = text.stripTrailing() + "\n\n## Configuration\n\n" + BEGIN + END + "\n";
        }
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(readme, text.substring(0, begin) + table + text.substring(text.indexOf(END)));
    }

    private static String table(List<Setting> settings) {
        return "| key | type | default | a change needs | meaning |\n|---|---|---|---|---|\n"
                + settings.stream().map(ConfigurationTableTest::row).collect(Collectors.joining());
    }

    private static String row(Setting setting) {
        String shown = setting.required() ? requirement(setting) : "";
        String fallback = setting.fallback();
        if (fallback != null) {
            shown = "`" + fallback + "`";
        }
        return "| `" + setting.key() + "` | " + setting.type() + " | " + shown + " | "
                + (setting.reloads() ? "reload" : "**restart**") + " | "
                + setting.meaning().replace("|", "\\|") + " |\n";
    }

    /** A key that is not set although it is required stands in a section that is not there. */
    private static String requirement(Setting setting) {
        return setting.value() == null ? "required with its section" : "**required**";
    }
}
