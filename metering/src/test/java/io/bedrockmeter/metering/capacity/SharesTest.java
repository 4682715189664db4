package io.bedrockmeter.metering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.capacity.Shares.Share;
import io.bedrockmeter.metering.ledger.CapacityUse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SharesTest {
    private static final int ROUNDS = 2_000;

    @Test
    void sharesTheWholeByTokensWhereNobodySaysHowMuchItCanServe() {
        Shares shares =
                Shares.of(2_000_000, List.of(use("search", 2, 2_000, 1_000), use("chat", 9, 0, 1_000)), null, 60);

        assertThat(shares)
                .isEqualTo(new Shares(
                        List.of(new Share("chat", "web", 500_000), new Share("search", "web", 1_500_000)), 0));
    }

    @Test
    void sharesByCallsWhereNoneCountedTokens() {
        Shares shares = Shares.of(1_000_000, List.of(use("search", 3, 0, 0), use("chat", 1, 0, 0)), null, 60);

        assertThat(shares.used())
                .containsExactly(new Share("chat", "web", 250_000), new Share("search", "web", 750_000));
    }

    @Test
    void isAllIdleWhereNobodyCalled() {
        assertThat(Shares.of(1_000_000, List.of(), null, 60)).isEqualTo(new Shares(List.of(), 1_000_000));
        assertThat(Shares.of(1_000_000, List.of(), new Throughput(10, 10), 60))
                .isEqualTo(new Shares(List.of(), 1_000_000));
    }

    /*
     * 1,000 tokens of input a minute and 100 of output, for 60 minutes: 60,000 and 6,000.
     * search took 12,000 of input (20 %) and 1,200 of output (20 %), chat 3,000 (5 %) and 600 (10 %).
     * Input was used to 25 %, output to 30 %, so 300,000 of 1,000,000 were used and 700,000 were idle.
     * Their parts added up are 40 % and 15 %, so the used part is split 8 to 3: 218,181.8… and 81,818.2…
     */
    @Test
    void leavesIdleWhatTheBusiestKindOfTokenLeft() {
        Shares shares = Shares.of(
                1_000_000,
                List.of(use("search", 1, 12_000, 1_200), use("chat", 1, 3_000, 600)),
                new Throughput(1_000, 100),
                60);

        assertThat(shares)
                .isEqualTo(new Shares(
                        List.of(new Share("chat", "web", 81_818), new Share("search", "web", 218_182)), 700_000));
    }

    @Test
    void looksOnlyAtTheKindOfTokenWhoseLimitIsKnown() {
        Shares shares = Shares.of(
                1_000_000,
                List.of(use("search", 1, 30_000, 0), use("chat", 1, 0, 999_999)),
                new Throughput(1_000, null),
                60);

        assertThat(shares).isEqualTo(new Shares(List.of(new Share("search", "web", 500_000)), 500_000));
    }

    @Test
    void usesNoMoreThanTheWhole() {
        Shares shares = Shares.of(1_000_000, List.of(use("search", 1, 90_000, 0)), new Throughput(1_000, null), 60);

        assertThat(shares).isEqualTo(new Shares(List.of(new Share("search", "web", 1_000_000)), 0));
    }

    @Test
    void giveWhatIsLeftToThoseWhoLostMostThenByName() {
        Shares shares = Shares.of(10, List.of(use("c", 1, 1, 0), use("a", 1, 1, 0), use("b", 1, 1, 0)), null, 60);

        assertThat(shares.used())
                .containsExactly(new Share("a", "web", 4), new Share("b", "web", 3), new Share("c", "web", 3));
    }

    @Test
    void alwaysComeToTheWholeInWhateverOrderUseIsTold() {
        long seed = Long.getLong("bedrockmeter.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            long whole = random.nextLong(1, 1L << (1 + random.nextInt(45)));
            List<CapacityUse> uses = uses(random);
            Throughput throughput = switch (random.nextInt(4)) {
                case 0 -> new Throughput(random.nextInt(1, 100_000), null);
                case 1 -> new Throughput(null, random.nextInt(1, 100_000));
                case 2 -> new Throughput(random.nextInt(1, 100_000), random.nextInt(1, 100_000));
                default -> null;
            };

            Shares shares = Shares.of(whole, uses, throughput, 60);

            assertThat(shares.used().stream().mapToLong(Share::count).sum() + shares.idle())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(whole);
            assertThat(shares.idle()).isNotNegative();
            assertThat(shares.used())
                    .allSatisfy(share -> assertThat(share.count()).isPositive());
            List<CapacityUse> shuffled = new ArrayList<>(uses);
            Collections.shuffle(shuffled, random);
            assertThat(Shares.of(whole, shuffled, throughput, 60)).isEqualTo(shares);
        }
    }

    @Test
    void refusesThroughputThatIsNone() {
        assertThatThrownBy(() -> new Throughput(null, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Throughput(0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 and 5");
    }

    private static List<CapacityUse> uses(Random random) {
        List<CapacityUse> uses = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            long most = 1L << random.nextInt(50);
            uses.add(use("team" + i, random.nextInt(5), random.nextLong(most), random.nextLong(most)));
        }
        return uses;
    }

    private static CapacityUse use(String team, long calls, long input, long output) {
        return new CapacityUse(team, "web", calls, input, output);
    }
}
