package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static io.bedrockmeter.metering.pricing.Books.call;
import static io.bedrockmeter.metering.pricing.Books.line;
import static io.bedrockmeter.metering.pricing.Books.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorstCaseTest {
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final PriceBook BOOK = Books.of(
            line("on_demand", "input", "0.000003"),
            line("on_demand", "cache_write_1h", "0.000006"),
            line("on_demand", "output", "0.000015"),
            line("priority", "input", "0.00001"),
            line("priority", "output", "0.00003"),
            line("flex", "input", "0.0000015"),
            line("on_demand", "input", "0.00002").replace(" base ", " long_gt_200k "));

    @Test
    void takesTheDearestInputForEveryByteAndTheOutputThatWasAskedFor() {
        Money worst = worst("x.m", 904, 100, null);

        assertThat(worst)
                .isEqualTo(usd("0.000006").times(5_000).plus(usd("0.000015").times(100)));
    }

    @Test
    void takesWhatTheModelCanGiveWhereNoLimitWasAskedFor() {
        assertThat(worst("x.m", 0, -1, null))
                .isEqualTo(usd("0.000006").times(4_096).plus(usd("0.015")));
    }

    @Test
    void takesTheDearerOfTheModeAskedForAndOnDemand() {
        assertThat(worst("x.m", 904, 100, "priority")).isEqualTo(usd("0.053"));
        assertThat(worst("x.m", 904, 100, "flex")).isEqualTo(worst("x.m", 904, 100, null));
        assertThat(worst("x.m", 904, 100, "reserved")).isEqualTo(worst("x.m", 904, 100, null));
    }

    @Test
    void takesALongBandWithinReachAndNoMoreInputThanTheModelTakes() {
        assertThat(worst("x.m", 300_000, 0, null)).isEqualTo(usd("0.00002").times(304_096));
        assertThat(worst("x.m", 25_000_000, 0, null)).isEqualTo(usd("20"));
    }

    @ParameterizedTest
    @CsvSource({
        "amazon.nova-sonic-v1:0, 0.0000034, 300000, 0.0000136, 131072",
        "amazon.nova-2-sonic-v1:0, 0.000003, 1000000, 0.000012, 65536"
    })
    void takesAWholeContextOfSpeechForASessionThatHasNotBegun(
            String model, String inputRate, long input, String outputRate, long output) {
        PricedCall session = call(model, WireFormat.BIDIRECTIONAL_EVENT_STREAM, RequestFacts.ofBytes(0));
        Money speech = usd(outputRate).times(output);

        assertThat(BUNDLED.worstCase(session))
                .isEqualTo(usd(inputRate).times(input).plus(speech));
        assertThat(BUNDLED.worstCase(session, 20_000))
                .as("no more than its operator says")
                .isEqualTo(usd(inputRate).times(20_000).plus(speech));
    }

    @Test
    void holdsNoOtherCallToWhatIsSaidOfSessions() {
        PricedCall call = call("amazon.nova-lite-v1:0", WireFormat.CONVERSE_JSON, RequestFacts.ofBytes(50_000));

        assertThat(BUNDLED.worstCase(call, 0)).isEqualTo(BUNDLED.worstCase(call));
    }

    @Test
    void staysFiniteOnLimitsThatNobodyCanMean() {
        assertThat(worst("x.m", 0, Long.MAX_VALUE, null)).isLessThan(usd("20"));
        assertThat(worst("x.m", Long.MAX_VALUE, -1, null)).isLessThan(usd("30"));
        assertThat(BUNDLED.worstCase(call(
                        "openai.gpt-6-astra",
                        WireFormat.CONVERSE_JSON,
                        new RequestFacts(Long.MAX_VALUE, Long.MAX_VALUE, "priority", null))))
                .isGreaterThan(usd("1"));
    }

    @Test
    void isNothingWhereNothingHasAPriceOrTimeIsPaidFor() {
        assertThat(worst("x.other", 100, 100, null)).isEqualTo(Money.ZERO);
        assertThat(worst(ARN + "application-inference-profile/a1b2c3d4e5f6", 100, 100, null))
                .isEqualTo(Money.ZERO);
        assertThat(worst(ARN + "provisioned-model/abcdef123456", 100, 100, null))
                .isEqualTo(Money.ZERO);
        assertThat(worst(ARN + "imported-model/abcdef123456", 100, 100, null)).isEqualTo(Money.ZERO);
    }

    @Test
    void isNeverLessThanWhatACallWithinItsBoundsCosts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> models = BUNDLED.modelIds().stream().sorted().toList();
        List<String> regions = List.of("us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "us-gov-west-1");
        @Nullable String[] tiers = {null, "default", "priority", "flex"};

        for (int i = 0; i < 20_000; i++) {
            String prefix = random.nextInt(3) == 0 ? "global." : "";
            String asked = tiers[random.nextInt(tiers.length)];
            long bytes = random.nextInt(10) == 0 ? random.nextLong(2_000_000) : random.nextLong(20_000);
            long maxOutput = random.nextLong(100_000);
            PricedCall call = new PricedCall(
                    ModelRef.parse(prefix + models.get(random.nextInt(models.size()))),
                    regions.get(random.nextInt(regions.size())),
                    Endpoint.RUNTIME,
                    random.nextBoolean() ? WireFormat.CONVERSE_JSON : WireFormat.INVOKE_JSON,
                    new RequestFacts(bytes, maxOutput, asked, random.nextInt(5) == 0 ? "optimized" : null),
                    NOW);
            Served served = new Served(
                    random.nextBoolean() ? asked : "default",
                    "optimized".equals(call.request().latency()) && asked == null ? "optimized" : null,
                    null);

            Charge charge = BUNDLED.charge(call, served, usageWithin(random, call), false);

            assertThat(BUNDLED.worstCase(call))
                    .as("seed %d, %s, %s", seed, call, charge)
                    .isGreaterThanOrEqualTo(charge.cost());
        }
    }

    /** Random usage whose input is within the bytes of the body, and within what its model takes. */
    private static Usage usageWithin(Random random, PricedCall call) {
        long context = BUNDLED.resolve(call.model(), Served.SILENT)
                .map(BUNDLED::limits)
                .orElse(ModelLimits.UNKNOWN)
                .contextTokens();
        long left = Math.min(call.request().bodyBytes(), context);
        Usage usage = Usage.of(UsageUnit.OUTPUT, random.nextLong(call.request().maxOutputTokens() + 1));
        for (UsageUnit unit : List.of(
                UsageUnit.CACHE_WRITE_1H,
                UsageUnit.CACHE_WRITE_30M,
                UsageUnit.CACHE_WRITE_5M,
                UsageUnit.CACHE_READ,
                UsageUnit.INPUT)) {
            long part = random.nextLong(left + 1);
            usage = usage.with(unit, part);
            left -= part;
        }
        return usage;
    }

    private static Money worst(String model, long bytes, long maxOutput, @Nullable String tier) {
        return BOOK.worstCase(call(model, WireFormat.CONVERSE_JSON, new RequestFacts(bytes, maxOutput, tier, null)));
    }
}
