package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.report.Dimension;
import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.report.UsageReport;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import io.bedrockmeter.proxy.prices.Rerate;
import io.bedrockmeter.proxy.world.Batches;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfigLatency;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTierType;

/**
 * November 2026 in a company of two teams, through the front door: four tiers of traffic, three batch jobs, two provisioned models, a
 * price that falls on the 15th and a discount from the 20th. The month's statement is the one that was worked out by hand, in {@code
 * month.tsv}.
 */
final class MonthTest {
    private static final String MODEL = "amazon.nova-micro-v1:0";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final String SHARED = ACCOUNT + "provisioned-model/provis000001";
    private static final String BRIEF = ACCOUNT + "provisioned-model/provis000002";
    private static final LocalDate FIRST = LocalDate.parse("2026-11-01");
    private static final LocalDate FIRST_OF_NEXT = LocalDate.parse("2026-12-01");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Clock clock = new Clock();
    private final AttemptIds ids = new AttemptIds(clock, new Random(1));

    @TempDir
    private Path books;

    @Test
    void comesToTheStatementThatWasWorkedOutByHandAlsoWhenItIsRatedAnew() throws IOException {
        String statement = text("month.tsv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .reduce("", (all, line) -> all + line + "\n");
        try (World world = World.at(clock, sections())) {
            for (LocalDate day = FIRST; day.isBefore(FIRST_OF_NEXT); day = day.plusDays(1)) {
                live(world, day);
            }
            clock.set(FIRST_OF_NEXT, LocalTime.of(0, 2));
            world.proxy().accrual().round();

            assertThat(statement(world)).isEqualTo(statement);
            metersShowWhatTheLedgerHolds(world);

            assertThat(rerated(world, prices(world, "again", true)))
                    .as("calls that cost something else")
                    .isZero();
            assertThat(statement(world)).isEqualTo(statement);

            // As if the price had been cut without anybody here knowing, and been put right afterwards.
            assertThat(rerated(world, prices(world, "uncut", false))).isEqualTo(16);
            assertThat(statement(world)).isNotEqualTo(statement);
            clock.set(FIRST_OF_NEXT, LocalTime.of(0, 3));
            assertThat(rerated(world, prices(world, "again", true))).isEqualTo(16);
            assertThat(statement(world)).isEqualTo(statement);
            metersShowWhatTheLedgerHolds(world);
        }
    }

    /** One day of the month; what happens on it is told at the head of the statement. */
    private void live(World world, LocalDate day) {
        clock.set(day, LocalTime.of(12, 0));
        converse(world, World.SEARCH_KEY, 2_000_000, 100_000, request -> request.modelId(MODEL));
        converse(
                world,
                World.SEARCH_KEY,
                100_000,
                10_000,
                request -> request.modelId(MODEL).serviceTier(tier -> tier.type(ServiceTierType.PRIORITY)));
        converse(
                world,
                World.SUPPORT_KEY,
                1_000_000,
                200_000,
                request -> request.modelId(MODEL).serviceTier(tier -> tier.type(ServiceTierType.FLEX)));
        converse(
                world,
                World.SUPPORT_KEY,
                10_000,
                1_000,
                request -> request.modelId(MODEL)
                        .performanceConfig(config -> config.latency(PerformanceConfigLatency.OPTIMIZED)));
        converse(world, World.SEARCH_KEY, 250_000, 50_000, request -> request.modelId(SHARED));
        converse(world, World.SUPPORT_KEY, 90_000, 10_000, request -> request.modelId(SHARED));
        switch (day.getDayOfMonth()) {
            case 3 ->
                job(
                        world,
                        World.SUPPORT_KEY,
                        created(JobScript.completesAfter(1)).withTokens(1_000_000, 200_000),
                        1);
            case 16 ->
                job(
                        world,
                        World.SEARCH_KEY,
                        created(JobScript.endsEarly(1, "Expired", 2)).withTokens(400_000, 50_000),
                        2);
            case 22 -> job(world, World.SUPPORT_KEY, created(JobScript.failsAfter(1, "no access to the bucket")), 3);
            case 10 -> {
                for (int hour = 12; hour < 18; hour++) {
                    clock.set(day, LocalTime.of(hour, 30));
                    converse(world, World.SUPPORT_KEY, 1_000, 100, request -> request.modelId(BRIEF));
                }
            }
            default -> {
                // A day like any other.
            }
        }
        Conservation.settled(world);
        clock.set(day, LocalTime.of(23, 30));
        world.proxy().accrual().round();
    }

    private static void converse(
            World world, String key, long input, long output, Consumer<ConverseRequest.Builder> options) {
        world.script(Script.NORMAL.withTokens(input, output));
        ConverseRequest.Builder request = ConverseRequest.builder()
                .messages(Message.builder()
                        .role("user")
                        .content(ContentBlock.fromText("hi"))
                        .build());
        options.accept(request);
        world.sync(key).converse(request.build());
    }

    private static void job(World world, String key, Script how, int jobs) {
        Batches.put(world.simulator(), "in/a.jsonl", record("r1"), record("r2"), record("r3"));
        world.script(how);
        Batches.create(world.control(key), request -> request.modelId(MODEL));
        await("the job is settled").atMost(PATIENCE).until(() -> {
            try (LedgerReader reader = LedgerReader.open(world.ledger())) {
                return BatchJobs.open(reader).isEmpty()
                        && BatchJobs.countByState(reader).values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()
                                == jobs;
            }
        });
    }

    private static void metersShowWhatTheLedgerHolds(World world) {
        Metered metered = world.proxy().metered();
        assertThat(metered.meters().totalCostPicos()).isEqualTo(metered.ledger().chargedPicos());
    }

    private static Script created(JobScript how) {
        return Script.NORMAL.forOperation("CreateModelInvocationJob").withJob(how);
    }

    private static String record(String id) {
        return "{\"recordId\":\"" + id
                + "\",\"modelInput\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}}";
    }

    private long rerated(World world, PriceBook book) {
        Rerate.Span november = Rerate.Span.parse(FIRST.toString(), FIRST_OF_NEXT.toString());
        return world.proxy()
                .metered()
                .rerate(world.ledger(), ids::next)
                .run(november, book, false)
                .path("total")
                .path("changed")
                .asLong();
    }

    /** What the report says, as the statement is written. */
    private static String statement(World world) {
        UsageQuery query = new UsageQuery(
                FIRST.atStartOfDay(ZoneOffset.UTC).toInstant(),
                FIRST_OF_NEXT.atStartOfDay(ZoneOffset.UTC).toInstant(),
                List.of(Dimension.TEAM, Dimension.APP, Dimension.MODE));
        Discounts discounts = config(world).prices().discounts();
        return UsageReport.read(world.ledger(), query, discounts).rows().stream()
                .map(row -> String.join("\t", row.group()) + "\t" + row.calls() + "\t" + row.costUsd() + "\t"
                        + row.netUsd() + "\n")
                .reduce("team\tapp\tmode\tcalls\tlist_usd\tnet_usd\n", String::concat);
    }

    private static ProxyConfig config(World world) {
        return ((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(world.configFile())).config();
    }

    private PriceBook prices(World world, String name, boolean isCut) throws IOException {
        PriceBook own = PriceBookFolder.read("contract", write(name, isCut));
        return ConfiguredPrices.named(
                PriceBook.bundled().under(own), config(world).prices());
    }

    private String sections() throws IOException {
        return """
                metering: {meter-hold: 0s, resolve: false}
                limits: {batch: true}
                prices:
                  books: {contract: %1$s}
                  aliases: {"%2$s": %4$s, "%3$s": %4$s}
                  discounts:
                    edp: {percent: 10, mode: on_demand, from: 2026-11-20}
                  capacity:
                    poll-interval: 1h
                    provisioned:
                      shared: {arn: "%2$s", model: %4$s, units: 2, commitment: one_month, since: 2026-11-01, until: 2026-12-01}
                      brief: {arn: "%3$s", model: %4$s, units: 1, since: 2026-11-10, until: 2026-11-12}
                """.formatted(write("contract", true), SHARED, BRIEF, MODEL);
    }

    /** What the company pays, as a book of its own. */
    private Path write(String name, boolean isCut) throws IOException {
        List<String> prices = new ArrayList<>(List.of(
                price("priority", "input", "0.00000525", "-", "-"),
                price("priority", "output", "0.00002625", "-", "-"),
                price("flex", "input", "0.0000015", "-", "-"),
                price("flex", "output", "0.0000075", "-", "-"),
                price("latency_optimized", "input", "0.00000375", "-", "-"),
                price("latency_optimized", "output", "0.00001875", "-", "-"),
                price("batch", "input", "0.0000015", "-", "-"),
                price("batch", "output", "0.0000075", "-", "-"),
                price("provisioned_1mo", "model_unit_hour", "21.18", "-", "-"),
                price("provisioned_no_commit", "model_unit_hour", "39.6", "-", "-"),
                price("on_demand", "input", "0.000003", "-", isCut ? "2026-11-15" : "-"),
                price("on_demand", "output", "0.000015", "-", isCut ? "2026-11-15" : "-")));
        if (isCut) {
            prices.add(price("on_demand", "input", "0.0000024", "2026-11-15", "-"));
            prices.add(price("on_demand", "output", "0.000012", "2026-11-15", "-"));
        }
        Path folder = books.resolve(name);
        PriceBookFolder.write(
                folder, "What the company pays.", prices, List.of("contract\t2026-11-01\tThe contract"), Set.of(MODEL));
        return folder;
    }

    private static String price(String tariff, String unit, String usd, String from, String until) {
        return String.join(
                "\t",
                MODEL,
                "in_region_or_geo",
                tariff,
                "base",
                unit,
                "-",
                usd,
                "us-east-1",
                "runtime",
                from,
                until,
                "-",
                "A",
                "contract",
                "-");
    }

    private static String text(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(MonthTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A clock that a test sets. */
    private static final class Clock implements InstantSource {
        private volatile Instant now = FIRST.atStartOfDay(ZoneOffset.UTC).toInstant();

        void set(LocalDate day, LocalTime time) {
            now = day.atTime(time).toInstant(ZoneOffset.UTC);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
