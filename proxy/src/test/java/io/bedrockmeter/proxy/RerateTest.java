package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls that a running proxy priced by a wrong book, put right without a stop. */
final class RerateTest {
    private static final String MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";

    @TempDir
    private Path folder;

    @Test
    void endsWithTheTruthInLedgerAndMetersWhicheverBookWasInForce() throws Exception {
        String wrong = "prices: {books: {wrong: " + wrongBook() + "}}";
        try (World world = World.open(wrong)) {
            Calls.converse(world.sync(World.SEARCH_KEY));
            Calls.invoke(world.sync(World.SUPPORT_KEY));
            Calls.converseStream(world.async(World.SEARCH_KEY)).join();
            List<Row> before = Conservation.settled(world);
            assertThat(before).extracting(Row::costStatus).containsOnly("priced");
            world.proxy().reload(configWithout(wrong, world));

            JsonNode told = rerate(world, "dry-run=true");
            assertThat(Conservation.settled(world)).hasSameSizeAs(before);
            JsonNode done = rerate(world, "dry-run=false");
            JsonNode again = rerate(world, "dry-run=false");

            Conservation.holdsExactly(world);
            assertThat(told.path("total")).isEqualTo(done.path("total"));
            assertThat(done.at("/total/calls").asLong()).isEqualTo(3);
            assertThat(done.at("/total/changed").asLong()).isEqualTo(3);
            assertThat(done.at("/total/usd_difference").asString()).startsWith("-");
            assertThat(again.at("/total/changed").asLong()).isZero();
            assertThat(again.at("/total/usd_before").asString())
                    .isEqualTo(done.at("/total/usd_after").asString());
        }
    }

    /** The price of a token a hundred times too high, as a slip of two digits makes it. */
    private Path wrongBook() throws IOException {
        Path book = folder.resolve("wrong");
        PriceBookFolder.write(
                book,
                "Of a test.",
                List.of(row("input", "0.00011"), row("output", "0.00055")),
                List.of("ours-1\t2026-11-24\tA letter"),
                List.of(MODEL));
        return book;
    }

    private static String row(String unit, String usd) {
        return MODEL + "\tin_region_or_geo\ton_demand\tbase\t" + unit + "\t-\t" + usd
                + "\tus-east-1\truntime\t-\t-\t-\tA\tours-1\t-";
    }

    private static ProxyConfig configWithout(String section, World world) throws IOException {
        String text = Files.readString(world.configFile());
        assertThat(text).contains(section);
        Files.writeString(world.configFile(), text.replace(section, ""));
        return ((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(world.configFile())).config();
    }

    private static JsonNode rerate(World world, String options) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + world.proxy().adminPort()
                + "/v1/prices/rerate?from=2026-01-01&to=2100-01-01&" + options);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(uri)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(response.body());
        }
    }
}
