package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The books of a configuration. */
class PriceBooksTest {
    private static final String MODEL = "amazon.nova-micro-v1:0";

    @TempDir
    private Path folder;

    @Test
    void lieOnTheBundledOneInTheirOrder() throws IOException {
        book("first", "0.00000001");
        book("second", "0.00000002");

        PriceBook book = ConfiguredPrices.of(
                config("books: {aws: " + folder.resolve("first") + ", ours: " + folder.resolve("second") + "}"));

        assertThat(book.layers()).extracting(PriceBook.Layer::name).containsExactly("bundled", "aws", "ours");
        assertThat(book.chargeIn(
                                PricingMode.ON_DEMAND,
                                PricedCall.of(
                                        ModelRef.parse(MODEL), "us-east-1", Instant.parse("2026-11-30T00:00:00Z")),
                                Usage.of(UsageUnit.INPUT, 1_000_000))
                        .cost()
                        .toUsdString())
                .isEqualTo("0.02");
    }

    @Test
    void areRefusedByTheirKeyWhereTheyCannotBeReadOrNamed() throws IOException {
        book("first", "0.00000001");

        assertThatThrownBy(() -> ConfiguredPrices.of(config("books: {aws: " + folder.resolve("none") + "}")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("prices.books.aws: ")
                .hasMessageContaining("has no prices.tsv");
        assertThatThrownBy(() -> ConfiguredPrices.of(config("books: {bundled: " + folder.resolve("first") + "}")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("prices.books.bundled: ")
                .hasMessageContaining("choose another");
    }

    private void book(String name, String usd) throws IOException {
        PriceBookFolder.write(
                folder.resolve(name),
                "Of a test.",
                List.of(MODEL + "\tin_region_or_geo\ton_demand\tbase\tinput\t-\t" + usd
                        + "\tus-east-1\truntime\t-\t-\t-\tA\tours-1\t-"),
                List.of("ours-1\t2026-11-30\tA letter"),
                List.of(MODEL));
    }

    private ProxyConfig config(String prices) throws IOException {
        Path file = Files.writeString(
                folder.resolve("meter.yaml"), "upstream: {region: us-east-1}\nprices:\n  " + prices + "\n");
        return ((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file)).config();
    }
}
