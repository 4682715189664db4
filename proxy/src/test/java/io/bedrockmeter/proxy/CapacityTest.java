package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** Capacity that is paid by time, through the front door: charged whether used or not, once, and to whoever used it. */
final class CapacityTest {
    private static final String MICRO = "amazon.nova-micro-v1:0";
    private static final String LITE = "amazon.nova-lite-v1:0";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final String USED = ACCOUNT + "provisioned-model/provis000001";
    private static final String IDLE = ACCOUNT + "provisioned-model/provis000002";
    private static final String IMPORTED = ACCOUNT + "imported-model/import000001";
    /** By then the first hour is over whose beginning the simulator tells: all its capacity was created 42.68 s after an hour. */
    private static final Instant NINE = Instant.parse("2026-11-25T09:00:00Z");

    private static final String DISCOVERED = "prices: {capacity: {accrual: discovered, poll-interval: 1h}}";

    private final Clock clock = new Clock(NINE);

    /*
     * What it must come to, by hand:
     *
     * provis000001: two model units of Nova Micro without commitment, 2 × 60.50 = 121 USD an hour.
     * provis000002: one for six months, 30.25 USD an hour. Both are counted from 42.68 s after each hour.
     *
     *   09:00:00  seen first, so the hour from 08:00:42 on is charged. search uses 3,000 tokens, support 1,000.
     *   09:02     08:00:42 to 09:00:42 is over: search 90.75, support 30.25, nobody 30.25.
     *             The process ends, and nothing is running for three hours.
     *   12:30     09:00:42 to 12:00:42 were three hours of each, all idle: 363 and 90.75. provis000002 is deleted.
     *   15:10     12:00:42 to 15:00:42 were three hours of the first, 363; the second was last seen in the first of them: 30.25.
     *
     * Together 7 × 121 = 847 and 5 × 30.25 = 151.25 USD.
     */
    @Test
    void chargesTwoHoldingsOverARestartAndADeletion() {
        try (World world = World.at(clock, DISCOVERED)) {
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 2));
            world.simulator().resource(committed(IDLE, MICRO, 1, "SixMonths"));
            world.proxy().accrual().round();
            call(world, World.SEARCH_KEY, USED, 2_000, 1_000);
            call(world, World.SUPPORT_KEY, USED, 500, 500);
            Conservation.settled(world);
            clock.set("09:02:00");

            world.proxy().accrual().round();

            assertThat(shares(world))
                    .isEqualTo(Map.of(
                            "search/ranking priced", "90.75",
                            "support/chat priced", "30.25",
                            "unallocated/idle priced", "30.25"));
            assertThat(meters(world))
                    .contains("bedrock_meter_provisioned_committed_usd_per_hour{commitment=\"none\",model=\"" + MICRO
                            + "\",provisioned_model=\"provis000001\"} 121.0")
                    .contains("bedrock_meter_provisioned_model_units{commitment=\"six_months\",model=\"" + MICRO
                            + "\",provisioned_model=\"provis000002\"} 1.0")
                    .containsPattern("bedrock_meter_provisioned_commitment_expiry_timestamp_seconds\\{.*provis000002")
                    .containsPattern(
                            "bedrock_meter_cost_usd_total\\{app=\"idle\".*type=\"model_unit_microhour\"} 30.25");
            Conservation.holdsExactly(world);

            world.restart();
            clock.set("12:30:00");
            world.proxy().accrual().round();
            assertThat(shares(world)).containsEntry("unallocated/idle priced", "484");
            world.simulator().delete(IDLE);
            clock.set("15:10:00");
            world.proxy().accrual().round();
            world.proxy().accrual().round();

            assertThat(shares(world))
                    .isEqualTo(Map.of(
                            "search/ranking priced", "90.75",
                            "support/chat priced", "30.25",
                            "unallocated/idle priced", "877.25"));
            assertThat(meters(world)).doesNotContain("provis000002");
            // The new process counts what it charged itself.
            assertThat(world.proxy().metered().meters().totalCostPicos())
                    .isEqualTo(world.proxy().metered().ledger().chargedPicos())
                    .isEqualTo(new BigDecimal("847").movePointRight(12).toBigIntegerExact());
        }
    }

    @Test
    void countsNoCallsForCapacity() {
        try (World world = World.at(clock, DISCOVERED)) {
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 2));
            world.proxy().accrual().round();
            clock.set("12:30:00");
            world.proxy().accrual().round();

            assertThat(world.rows())
                    .hasSize(4)
                    .allSatisfy(row -> assertThat(row.calls()).isZero());
            assertThat(meters(world)).doesNotContain("bedrock_meter_requests_total{");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void saysOfCapacityWithoutAPriceThatItHasNone() {
        try (World world = World.at(clock, DISCOVERED);
                Warnings warnings = new Warnings()) {
            world.simulator().resource(Resource.provisionedModel("provis000001", LITE, 3));
            world.proxy().accrual().round();
            clock.set("11:30:00");
            world.proxy().accrual().round();

            assertThat(world.rows())
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row)
                            .returns("unpriced_model", Row::costStatus)
                            .returns(Map.of("model_unit_microhour", 3_000_000L), Row::units));
            assertThat(meters(world))
                    .contains("bedrock_meter_unpriced_units_total{model=\"" + LITE
                            + "\",reason=\"unpriced_model\",type=\"model_unit_microhour\"} 9000000.0");
            assertThat(warnings.lines())
                    .singleElement()
                    .asString()
                    .contains(USED)
                    .contains("prices.books");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    /*
     * One unit at 60.50 USD an hour that can serve 100 tokens of input a minute and 50 of output: 6,000 and 3,000 an hour. 3,000 and
     * 600 are half of the one and a fifth of the other, so half of it was used, 30.25 USD, and half was idle.
     */
    @Test
    void chargesWhatIsDeclaredAndLeavesTheRestToItsTeam() {
        String declared = "prices: {capacity: {poll-interval: 1h, provisioned: {chat: {arn: \"" + USED + "\", model: \""
                + MICRO + "\", units: 1, since: 2026-11-25, team: search, input-tokens-per-minute: 100,"
                + " output-tokens-per-minute: 50}}}}";
        try (World world = World.at(clock, declared)) {
            call(world, World.SUPPORT_KEY, USED, 3_000, 600);
            Conservation.settled(world);
            clock.set("10:01:00");

            world.proxy().accrual().round();

            // Ten hours from midnight on, of which only the last was used.
            assertThat(shares(world)).isEqualTo(Map.of("search/idle priced", "574.75", "support/chat priced", "30.25"));
            assertThat(meters(world))
                    .contains("bedrock_meter_provisioned_capacity_tokens_per_minute{model=\"" + MICRO
                            + "\",type=\"input\"} 100.0")
                    .contains("provisioned_model=\"chat\"");
            /*
             * 3,000 of 100 × 600 tokens of input are 5 %, 600 of 50 × 600 of output 2 %. On demand they would have cost
             * 3,000 × 0.035 + 600 × 0.14 USD a million.
             */
            assertThat(answer(world, "/v1/provisioned?format=csv").lines().skip(1))
                    .containsExactly(
                            USED + "," + MICRO + ",none,,1,10,605,30.25,574.75,1,3000,600,5.00,0.000189,0,0.00");
            assertThat(answer(world, "/v1/provisioned?from=2026-11-25T09:00:00Z"))
                    .contains("\"hours\" : 1", "\"committed_usd\" : \"60.5\"", "\"idle_usd\" : \"30.25\"")
                    .contains("\"utilisation_percent\" : \"50.00\"");
            assertThat(world.simulator().lookups())
                    .extracting(Lookup::operation)
                    .doesNotContain("ListProvisionedModelThroughputs");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void warnsOnceOfCallsOnCapacityThatNobodyCharges() {
        try (World world = World.at(clock, "prices: {capacity: {poll-interval: 1h}}");
                Warnings warnings = new Warnings()) {
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 2));
            world.simulator().resource(Resource.importedModel("import000001", 2));
            call(world, World.SEARCH_KEY, USED, 10, 10);
            call(world, World.SEARCH_KEY, IMPORTED, 10, 10);
            Conservation.settled(world);
            world.proxy().accrual().round();
            clock.set("12:00:00");
            world.proxy().accrual().round();

            assertThat(warnings.lines())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).contains(USED).contains("prices.capacity.accrual"))
                    .anySatisfy(line -> assertThat(line).contains(IMPORTED).contains("prices.capacity.imported"));
        }
    }

    @Test
    void leavesCapacityToAnotherReplicaWithoutAWord() {
        try (World world = World.at(clock, "prices: {capacity: {accrual: elsewhere, poll-interval: 1h}}");
                Warnings warnings = new Warnings()) {
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 2));
            call(world, World.SEARCH_KEY, USED, 10, 10);
            clock.set("12:00:00");
            world.proxy().accrual().round();

            assertThat(shares(world)).isEmpty();
            assertThat(warnings.lines()).isEmpty();
        }
    }

    @Test
    void namesThePermissionThatIsMissingAndCatchesUpOnceItIsThere() {
        try (World world = World.at(clock, DISCOVERED);
                Warnings warnings = new Warnings()) {
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 1));
            world.proxy().accrual().round();
            world.script(Script.NORMAL
                    .forOperation("ListProvisionedModelThroughputs")
                    .withError(ErrorAnswer.of(403, "AccessDeniedException", "not authorized"))
                    .always());
            clock.set("11:30:00");
            world.proxy().accrual().round();
            world.proxy().accrual().round();

            // The hour in which it was seen is over; of the next ones nobody knows yet.
            assertThat(shares(world)).isEqualTo(Map.of("unallocated/idle priced", "60.5"));
            assertThat(warnings.lines()).singleElement().asString().contains("bedrock:ListProvisionedModelThroughputs");
            world.simulator().reset();
            world.simulator().resource(Resource.provisionedModel("provis000001", MICRO, 1));
            world.proxy().accrual().round();
            assertThat(shares(world)).isEqualTo(Map.of("unallocated/idle priced", "181.5"));
        }
    }

    @Test
    void chargesNothingThatCannotBeCalledYet() {
        try (World world = World.at(clock, DISCOVERED)) {
            world.simulator().resource(new Resource(USED, List.of(foundation(MICRO)), 1, null, null, "Creating"));
            world.simulator().resource(new Resource(IDLE, List.of(foundation(MICRO)), 1, null, null, "Failed"));
            world.proxy().accrual().round();
            clock.set("12:30:00");
            world.proxy().accrual().round();

            assertThat(world.rows()).isEmpty();
        }
    }

    /*
     * A Llama of two custom model units, five minutes of which are 2 × 5 × 0.05718 = 0.5718 USD for a copy.
     *
     *   09:00:00  search calls, and the first window begins; support calls at 09:04:59: they share it by tokens, 30 to 10.
     *   09:06:00  support calls within the next window, from 09:05 to 09:10, which is all its own.
     *   09:12:00  search calls after a window without a call would have begun at 09:10: no, within it, so it is from 09:10 to 09:15.
     *   09:31:00  search calls after a window without any: a new one begins with the call.
     *
     * search: 0.42885 + 0.5718 + 0.5718 = 1.57245; support: 0.14295 + 0.5718 = 0.71475. Four windows, 2.2872.
     */
    @Test
    void chargesAnImportedModelByWindowsOfFiveMinutes() {
        try (World world = World.at(clock, DISCOVERED)) {
            world.simulator().resource(Resource.importedModel("import000001", 2));
            call(world, World.SEARCH_KEY, IMPORTED, 20, 10);
            clock.set("09:04:59");
            call(world, World.SUPPORT_KEY, IMPORTED, 5, 5);
            clock.set("09:05:30");
            world.proxy().accrual().round();
            assertThat(shares(world)).isEmpty();
            clock.set("09:06:00");
            call(world, World.SUPPORT_KEY, IMPORTED, 1, 1);
            clock.set("09:12:00");
            call(world, World.SEARCH_KEY, IMPORTED, 1, 1);
            clock.set("09:31:00");
            call(world, World.SEARCH_KEY, IMPORTED, 1, 1);
            Conservation.settled(world);
            world.proxy().accrual().round();
            world.restart();
            clock.set("09:50:00");
            world.proxy().accrual().round();
            world.proxy().accrual().round();

            assertThat(shares(world))
                    .isEqualTo(Map.of("search/ranking estimated", "1.57245", "support/chat estimated", "0.71475"));
            assertThat(world.rows())
                    .filteredOn(row -> row.calls() == 0)
                    .hasSize(5)
                    .allSatisfy(row -> assertThat(row)
                            .returns("copies_assumed", Row::reason)
                            .returns("custom_import", Row::mode)
                            .returns("custom-model-import", Row::model));
        }
    }

    @Test
    void chargesAnImportedModelAsDeclaredWithoutAsking() {
        String declared = "prices: {capacity: {poll-interval: 1h, imported: {own: {arn: \"" + IMPORTED
                + "\", family: Llama, units-per-copy: 2, copies: 3}}}}";
        try (World world = World.at(clock, declared)) {
            call(world, World.SEARCH_KEY, IMPORTED, 20, 10);
            Conservation.settled(world);
            clock.set("09:10:00");
            world.proxy().accrual().round();

            // Three copies.
            assertThat(shares(world)).isEqualTo(Map.of("search/ranking priced", "1.7154"));
            assertThat(world.simulator().lookups()).isEmpty();
        }
    }

    /** What shares of capacity come to, by whose they are and what the amount is worth. */
    private static Map<String, String> shares(World world) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (Row row : world.rows()) {
            if (row.calls() == 0) {
                sums.merge(
                        row.team() + "/" + row.app() + " " + row.costStatus(),
                        BigDecimal.valueOf(row.costPicos(), 12),
                        BigDecimal::add);
            }
        }
        Map<String, String> shares = new TreeMap<>();
        sums.forEach((share, sum) -> shares.put(share, sum.stripTrailingZeros().toPlainString()));
        return shares;
    }

    private static void call(World world, String key, String model, long input, long output) {
        world.script(Script.NORMAL.withTokens(input, output));
        BedrockRuntimeClient client = world.sync(key);
        client.converse(request -> request.modelId(model)
                .messages(Message.builder()
                        .role("user")
                        .content(ContentBlock.fromText("hi"))
                        .build()));
    }

    private static Resource committed(String arn, String model, int units, String duration) {
        return new Resource(arn, List.of(foundation(model)), units, duration, null, null);
    }

    private static String foundation(String model) {
        return "arn:aws:bedrock:us-east-1::foundation-model/" + model;
    }

    private static String meters(World world) {
        return answer(world, "/metrics");
    }

    private static String answer(World world, String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(path + " cannot be had", e);
        }
    }

    /** A clock that a test sets, within one day. */
    private static final class Clock implements InstantSource {
        private volatile Instant now;

        Clock(Instant now) {
            this.now = now;
        }

        void set(String time) {
            now = Instant.parse("2026-11-25T" + time + "Z");
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
