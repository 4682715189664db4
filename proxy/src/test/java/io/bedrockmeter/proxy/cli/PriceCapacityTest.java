package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.pricing.PriceBookFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code price} about what is not sold by the call, and with other books than the bundled one. */
class PriceCapacityTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Commands commands = new Commands(
            Map.of(),
            InstantSource.fixed(Instant.parse("2026-11-30T00:00:00Z")),
            new Random(1),
            new Random(2),
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            (loaded, file) -> 0);

    @TempDir
    private Path folder;

    @Test
    void pricesAMonthOfProvisionedThroughputAsAwsDoes() {
        int code = price("amazon.titan-text-express-v1", "us-east-1", "--model-units=2", "--hours=744");

        assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("model_unit_hour")
                .contains("1488")
                .contains("total 27379.2 USD  provisioned_1mo\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Two units of an imported Llama, awake for one window of five minutes.
                "custom-model-import | us-east-1 | --custom-model-units=2 --windows=1 --attribute=family=Llama"
                        + " --attribute=cmuVersion=v1 | custom_model_import | 0.5718",
                "custom-model-import | eu-central-1 | --custom-model-units=1 --windows=1 --attribute=family=Qwen"
                        + " --attribute=cmuVersion=v1 | custom_model_import | 0.3572",
                // A corpus of 1,000,000 tokens shown three times, and a month of storage.
                "amazon.nova-micro-v1:0 | us-east-1 | --training-tokens=1000000 --epochs=3 --custom-model-storage-month=1"
                        + " | customization | 4.95",
            })
    void pricesImportedModelsAndCustomization(String model, String region, String options, String tariff, String usd) {
        int code = price(model, region, (options + " --json").split(" "));

        assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK);
        JsonNode offer = JsonMapper.shared().readTree(out.toString()).at("/offers/0");
        assertThat(offer.path("tariff").asString()).isEqualTo(tariff);
        assertThat(offer.path("cost_usd").asString()).isEqualTo(usd);
        assertThat(offer.at("/lines/0/source").asString()).isNotEmpty();
    }

    @Test
    void saysWhatWouldNarrowAUnitDownToAPrice() {
        int code = price("custom-model-import", "us-east-1", "--custom-model-units=2", "--windows=1");

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString())
                .contains("has no price for custom-model-import in us-east-1 of custom_model_unit_minute")
                .contains("{cmuVersion=v1, family=Llama}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model-units=2 | how long? give --hours",
                "--hours=2 | how much for --hours? give --model-units",
                "--custom-model-units=1 | how long? give --windows",
                "--model-units=2 --hours=1 --input=5 | priced apart",
                "--model-units=999999999999999999 --hours=744 | more than can be counted",
                "--at=yesterday | --at: 'yesterday' is no date",
                "--input=x | is not a count",
            })
    void refusesWhatMakesNoSense(String options, String why) {
        assertThat(price("amazon.titan-text-express-v1", "us-east-1", options.split(" ")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(why);
    }

    @Test
    void refusesWhatIsMoreMoneyThanItCounts() {
        assertThat(price("amazon.titan-text-express-v1", "us-east-1", "--model-units=1000000", "--hours=744"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("9.2 million USD");
    }

    @Test
    void narrowsTheImagesOfACallDown() {
        int code = price(
                "amazon.nova-canvas-v1:0",
                "us-east-1",
                "--image=4",
                "--attribute=quality=standard",
                "--attribute=resolution=2048",
                "--attribute=task=T2I");

        assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("total 0.24 USD  status priced");
    }

    @Test
    void pricesByTheBooksOfAConfigurationAndByOneOfTheirOwnAndAsOfADay() throws IOException {
        Path book = folder.resolve("ours");
        PriceBookFolder.write(
                book,
                "Of a test.",
                List.of("amazon.nova-micro-v1:0\tin_region_or_geo\ton_demand\tbase\tinput\t-\t0.0000001"
                        + "\tus-east-1\truntime\t2026-11-20\t-\t-\tA\tours-1\t-"),
                List.of("ours-1\t2026-11-20\tA letter"),
                List.of("amazon.nova-micro-v1:0"));
        Path config = Files.writeString(
                folder.resolve("meter.yaml"),
                "upstream: {region: us-east-1}\nprices: {books: {ours: " + book
                        + "}, aliases: {mine: amazon.nova-micro-v1:0}}\n");

        price("amazon.nova-micro-v1:0", "us-east-1", "--input=1000000", "--book", book.toString());
        price("mine", "us-east-1", "--input=1000000", "--config", config.toString());
        price("mine", "us-east-1", "--input=1000000", "--config", config.toString(), "--at=2026-11-19");

        assertThat(out.toString().lines().filter(line -> line.startsWith("total")))
                .containsExactly(
                        "total 0.1 USD  status priced",
                        "total 0.1 USD  status priced",
                        "total 0.035 USD  status priced");
    }

    private int price(String model, String region, String... options) {
        List<String> arguments = new ArrayList<>(List.of("price", "--model", model, "--region", region));
        arguments.addAll(List.of(options));
        return commands.run(arguments);
    }
}
