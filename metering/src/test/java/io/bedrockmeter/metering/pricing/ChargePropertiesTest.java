package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every charge, tried on random calls of every model of the bundled book. */
class ChargePropertiesTest {
    private static final List<String> MODELS =
            BUNDLED.modelIds().stream().sorted().toList();
    private static final List<String> REGIONS =
            List.of("us-east-1", "us-west-2", "eu-west-3", "ap-southeast-2", "sa-east-1", "us-gov-east-1", "mars");
    private static final List<WireFormat> FORMATS = List.of(WireFormat.values());
    private static final @Nullable String[] TIERS = {null, "default", "priority", "flex", "reserved"};

    @Test
    void sumsItsLinesAndHasOneForEachUnitConsumed() {
        forRandomCalls(sample -> {
            Map<UsageUnit, Long> counted = new EnumMap<>(UsageUnit.class);
            Money sum = Money.ZERO;
            for (ChargeLine line : sample.charge().lines()) {
                assertThat(counted.put(line.unit(), line.count())).isNull();
                sum = sum.plus(line.cost());
            }

            Map<UsageUnit, Long> consumed = new EnumMap<>(UsageUnit.class);
            sample.usage().forEach(consumed::put);
            assertThat(counted).isEqualTo(consumed);
            assertThat(sample.charge().cost()).isEqualTo(sum);
        });
    }

    @Test
    void isNeverNothingWithoutSayingWhy() {
        forRandomCalls(sample -> {
            Charge charge = sample.charge();
            boolean allZero = charge.lines().stream().allMatch(line -> Money.ZERO.equals(line.rate()));
            boolean someUnpriced = charge.lines().stream().anyMatch(line -> line.rate() == null);

            switch (charge.status()) {
                case PRICED -> assertThat(charge.cost()).isGreaterThan(Money.ZERO);
                case FREE -> assertThat(allZero).isTrue();
                case ESTIMATED -> assertThat(someUnpriced).isFalse();
                case UNPRICED_MODEL, UNPRICED_UNIT -> assertThat(someUnpriced).isTrue();
                case PREPAID -> assertThat(charge.mode().isPrepaid()).isTrue();
                case USAGE_MISSING, INCONSISTENT, NOT_BILLED ->
                    throw new AssertionError("a price book cannot know " + charge.status());
            }
        });
    }

    @Test
    void isLinearInItsUnitsWithinABand() {
        forRandomCalls(sample -> {
            Usage doubled = sample.usage().plus(sample.usage());
            boolean sameBand = doubled.totalInputTokens() <= ContextBand.LONG_GT_200K.inputTokensAbove();

            Charge twice = BUNDLED.charge(sample.call(), sample.served(), doubled, false);

            if (sameBand) {
                assertThat(twice.cost()).isEqualTo(sample.charge().cost().times(2));
                assertThat(twice.baseline())
                        .isEqualTo(sample.charge().baseline().times(2));
                assertThat(twice.status()).isEqualTo(sample.charge().status());
            }
        });
    }

    /** Where a {@code long} of picodollars ends, a charge says so; below, it is what unbounded arithmetic makes of it. */
    @Test
    void neverWrapsAroundWhateverTheCountsAndTheRates() {
        BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
        forRandom(random -> {
            long rate = random.nextLong() >>> (1 + random.nextInt(63));
            long otherRate = random.nextLong() >>> (1 + random.nextInt(63));
            long count = random.nextLong() >>> (1 + random.nextInt(63));
            PriceBook book = Books.of(
                    Books.line("on_demand", "input", Money.ofPicos(rate).toUsdString()),
                    Books.line("on_demand", "output", Money.ofPicos(otherRate).toUsdString()));
            BigInteger exact =
                    BigInteger.valueOf(rate).multiply(BigInteger.valueOf(count)).add(BigInteger.valueOf(otherRate));

            Charge charge = book.charge(
                    Books.call("x.m", "us-east-1"),
                    Served.SILENT,
                    Usage.of(UsageUnit.INPUT, count, UsageUnit.OUTPUT, 1),
                    false);

            if (exact.compareTo(most) <= 0) {
                assertThat(charge.status()).isIn(CostStatus.PRICED, CostStatus.FREE);
                assertThat(BigInteger.valueOf(charge.cost().picos())).isEqualTo(exact);
            } else {
                assertThat(charge.status()).isEqualTo(CostStatus.INCONSISTENT);
                assertThat(charge.cost()).isEqualTo(Money.ZERO);
                assertThat(charge.lines()).extracting(ChargeLine::count).containsExactlyInAnyOrder(count, 1L);
            }
        });
    }

    @Test
    void reservesAllTheMoneyThatCanBeToldWhereARateIsBeyondReason() {
        PriceBook book = Books.of(Books.line("on_demand", "input", "9000000"));

        assertThat(book.worstCase(Books.call("x.m", "us-east-1"))).isEqualTo(Money.ofPicos(Long.MAX_VALUE));
    }

    private static void forRandom(Consumer<Random> property) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            try {
                property.accept(random);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", after " + i, e);
            }
        }
    }

    private static void forRandomCalls(Consumer<Sample> property) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Sample sample = Sample.random(random);
            try {
                property.accept(sample);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", " + sample, e);
            }
        }
    }

    private record Sample(PricedCall call, Served served, Usage usage, Charge charge) {
        static Sample random(Random random) {
            String prefix = List.of("", "us.", "eu.", "global.").get(random.nextInt(4));
            String model = random.nextInt(20) == 0 ? "no.such-model" : MODELS.get(random.nextInt(MODELS.size()));
            PricedCall call = new PricedCall(
                    ModelRef.parse(prefix + model),
                    REGIONS.get(random.nextInt(REGIONS.size())),
                    Endpoint.RUNTIME,
                    FORMATS.get(random.nextInt(FORMATS.size())),
                    new RequestFacts(1_000, -1, TIERS[random.nextInt(TIERS.length)], null),
                    NOW);
            Served served =
                    new Served(TIERS[random.nextInt(TIERS.length)], random.nextInt(8) == 0 ? "optimized" : null, null);
            Usage usage = Usage.NONE;
            for (UsageUnit unit : UsageUnit.values()) {
                boolean usual = unit == UsageUnit.INPUT || unit == UsageUnit.OUTPUT;
                if (!unit.isCapacity() && random.nextInt(usual ? 2 : 12) == 0) {
                    usage = usage.with(unit, random.nextLong(1, 100_000));
                }
            }
            return new Sample(call, served, usage, BUNDLED.charge(call, served, usage, false));
        }
    }
}
