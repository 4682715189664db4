package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must be said together of capacity, so that nothing is charged by half of what was meant. */
final class CapacityConfigTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provisioned: {a: {units: 2, model: m.x, since: 2026-11-01}} | provisioned.a.arn",
                "provisioned: {a: {arn: x, units: 2, since: 2026-11-01}} | provisioned.a.model",
                "provisioned: {a: {arn: x, units: 2, model: m.x}} | provisioned.a.since",
                "provisioned: {a: {arn: x, since: 2026-11-01}} | provisioned.a.units",
                "provisioned: {a: {arn: x, until: 2026-11-01}} | provisioned.a.units",
                "provisioned: {a: {arn: x, units: 2, model: m.x, since: 2026-11-02, until: 2026-11-02}} | provisioned.a.until",
                "provisioned: {a: {arn: x, units: 0}} | provisioned.a.units",
                "provisioned: {a: {arn: x, commitment: forever}} | provisioned.a.commitment",
                "imported: {a: {family: Llama}} | imported.a.arn",
                "accrual: perhaps | accrual",
            })
    void refuses(String yaml, String key) throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yaml"),
                "upstream: {region: us-east-1}\nprices:\n  capacity:\n    " + yaml + "\n");

        LoadedConfig loaded = new ConfigLoader(Map.of()).load(file);

        assertThat(loaded)
                .isInstanceOfSatisfying(
                        LoadedConfig.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .singleElement()
                                .asString()
                                .contains("prices.capacity." + key));
    }
}
