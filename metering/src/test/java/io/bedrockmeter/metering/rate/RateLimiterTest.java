package io.bedrockmeter.metering.rate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final AccountId RANKING = new AccountId("search", "ranking", "K1");
    private static final AccountId RANKING_TOO = new AccountId("search", "ranking", "K2");
    private static final AccountId CRAWLER = new AccountId("search", "crawler", "K3");
    private static final AccountId CHAT = new AccountId("support", "chat", "K4");

    /** The origin of such a clock is anywhere. */
    private final AtomicLong nanos = new AtomicLong(-Duration.ofMinutes(2).toNanos() + 12_345);

    private final RateLimiter limiter = new RateLimiter(nanos::get);

    @Test
    void takesAMinutesWorthAtOnceAndThenAsMuchAsFlowsOff() {
        limiter.apply(List.of(requests(60)));

        assertThat(admittedOf(100, RANKING)).isEqualTo(60);
        assertThat(refusal(RANKING)).returns(Duration.ofSeconds(1), RateRefusal::retryAfter);

        advance(Duration.ofMillis(999));
        assertThat(admittedOf(1, RANKING)).isZero();
        advance(Duration.ofMillis(1));
        assertThat(admittedOf(2, RANKING)).isEqualTo(1);
        advance(Duration.ofSeconds(10));
        assertThat(admittedOf(100, RANKING)).isEqualTo(10);
    }

    @Test
    void savesNoMoreThanAMinutesWorthHoweverLongItIsQuiet() {
        limiter.apply(List.of(requests(60)));
        admittedOf(60, RANKING);

        advance(Duration.ofDays(365));

        assertThat(admittedOf(100, RANKING)).isEqualTo(60);
    }

    @Test
    void losesNoFractionOfARequestHoweverOftenItIsAsked() {
        limiter.apply(List.of(requests(7)));
        admittedOf(7, RANKING);

        long admitted = IntStream.range(0, 600_000)
                .filter(i -> {
                    advance(Duration.ofMillis(1));
                    return isAdmitted(RANKING);
                })
                .count();

        assertThat(admitted).as("in ten minutes").isEqualTo(70);
    }

    @Test
    void saysWhenThereIsEnoughAgain() {
        limiter.apply(List.of(tokens(6_000)));
        limiter.hold(RANKING, Allowance.UNLIMITED, 6_000);

        RateRefusal no = refusal(RANKING, 1_950);

        assertThat(no.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        advance(Duration.ofMillis(19_499));
        assertThat(isAdmitted(RANKING, 1_950)).isFalse();
        advance(Duration.ofMillis(1));
        assertThat(isAdmitted(RANKING, 1_950)).isTrue();
    }

    @Test
    void namesTheLimitWhomItIsOnItsValueAndTheWayOut() {
        limiter.apply(List.of(
                new RateRule("evening", "search", null, RateRule.Sharing.TEAM, new Allowance(1, 0, 0)),
                new RateRule("chats", "support", "chat", RateRule.Sharing.APP, new Allowance(0, 0, 1))));
        admittedOf(1, RANKING);
        limiter.hold(CHAT, Allowance.UNLIMITED, 0);

        assertThat(refusal(RANKING).message())
                .isEqualTo(
                        "Too many requests: team search may make 1 a minute (limits.rates.evening.requests-per-minute)."
                                + " Try again in 60 s.");
        assertThat(refusal(CHAT))
                .returns(null, RateRefusal::retryAfter)
                .returns("chats", RateRefusal::limit)
                .returns(
                        "Too many calls at once: application support/chat may have 1 under way"
                                + " (limits.rates.chats.concurrent). Try again when one of them is over.",
                        RateRefusal::message);
    }

    @Test
    void tellsAKeyOfItsOwnLimit() {
        Allowance own = new Allowance(0, 100, 0);
        limiter.hold(RANKING, own, 100);

        RateDecision no = limiter.hold(RANKING, own, 7);

        assertThat(no)
                .isInstanceOfSatisfying(
                        RateRefusal.class,
                        refused -> assertThat(refused)
                                .returns("key", RateRefusal::limit)
                                .returns(Limited.TOKENS, RateRefusal::limited)
                                .returns(
                                        "Too many tokens: key K1 may use 100 a minute, and this call asks for 7, counting its"
                                                + " input by its length and its output by max_tokens (its own limit of"
                                                + " tokens-per-minute). Try again in 5 s.",
                                        RateRefusal::message));
    }

    @Test
    void letsKeysApplicationsTeamsOrAllHaveOneAllowanceInCommon() {
        assertThat(sharesWithTheFirst(RateRule.Sharing.KEY)).containsExactly(false, false, false);
        assertThat(sharesWithTheFirst(RateRule.Sharing.APP)).containsExactly(true, false, false);
        assertThat(sharesWithTheFirst(RateRule.Sharing.TEAM)).containsExactly(true, true, false);
        assertThat(sharesWithTheFirst(RateRule.Sharing.ALL)).containsExactly(true, true, true);
    }

    private List<Boolean> sharesWithTheFirst(RateRule.Sharing per) {
        limiter.apply(List.of(new RateRule(per.name(), null, null, per, new Allowance(1, 0, 0))));
        assertThat(isAdmitted(RANKING)).isTrue();
        return List.of(!isAdmitted(RANKING_TOO), !isAdmitted(CRAWLER), !isAdmitted(CHAT));
    }

    @Test
    void limitsThoseOnlyWhomItIsOn() {
        limiter.apply(List.of(
                new RateRule("team", "search", null, RateRule.Sharing.KEY, new Allowance(2, 0, 0)),
                new RateRule("app", "search", "ranking", RateRule.Sharing.KEY, new Allowance(1, 0, 0))));

        assertThat(admittedOf(9, RANKING)).isEqualTo(1);
        assertThat(admittedOf(9, CRAWLER)).isEqualTo(2);
        assertThat(admittedOf(9, CHAT)).isEqualTo(9);
    }

    @Test
    void takesOfEveryAllowanceOrOfNone() {
        limiter.apply(List.of(
                new RateRule("all", null, null, RateRule.Sharing.ALL, new Allowance(10, 1_000, 10)),
                new RateRule("mine", null, null, RateRule.Sharing.KEY, new Allowance(1, 0, 0))));
        assertThat(isAdmitted(RANKING)).isTrue();

        for (int i = 0; i < 50; i++) {
            assertThat(refusal(RANKING, 100).limit()).isEqualTo("mine");
        }
        limiter.apply(List.of(new RateRule("all", null, null, RateRule.Sharing.ALL, new Allowance(10, 1_000, 10))));

        assertThat(isAdmitted(CHAT, 1_000)).isTrue();
        assertThat(admittedOf(50, CHAT)).isEqualTo(8);
    }

    @Test
    void givesBackWhatACallReservedAndDidNotUse() {
        limiter.apply(List.of(tokens(1_000)));
        RateHold hold = held(RANKING, 900);
        assertThat(isAdmitted(RANKING, 101)).isFalse();

        hold.settle(300);

        assertThat(isAdmitted(RANKING, 701)).isFalse();
        assertThat(isAdmitted(RANKING, 700)).isTrue();
    }

    @Test
    void takesWhatACallUsedBeyondWhatItReservedFromThoseAfterIt() {
        limiter.apply(List.of(tokens(1_000)));
        RateHold hold = held(RANKING, 100);

        hold.settle(3_000);

        assertThat(refusal(RANKING, 500).retryAfter()).isEqualTo(Duration.ofSeconds(150));
        advance(Duration.ofSeconds(150));
        assertThat(isAdmitted(RANKING, 500)).isTrue();
    }

    @Test
    void admitsACallThatAsksForMoreThanAMinutesWorthOnceNothingIsUsed() {
        limiter.apply(List.of(tokens(1_000)));
        held(RANKING, 1).settle(10);

        assertThat(refusal(RANKING, 131_072).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        advance(Duration.ofSeconds(1));

        assertThat(isAdmitted(RANKING, 131_072)).isTrue();
        assertThat(isAdmitted(RANKING, 1)).isFalse();
    }

    @Test
    void givesNothingBackThatHasFlowedOffMeanwhile() {
        limiter.apply(List.of(tokens(1_000)));
        RateHold stream = held(RANKING, 900);
        advance(Duration.ofMinutes(5));
        held(RANKING, 900).settle(900);

        stream.settle(0);

        assertThat(isAdmitted(RANKING, 101)).as("others have used 900 since").isFalse();
        assertThat(isAdmitted(RANKING, 100)).isTrue();
    }

    @Test
    void givesBackTheShareThatHasNotFlowedOffYet() {
        limiter.apply(List.of(tokens(1_000)));
        RateHold stream = held(RANKING, 900);
        advance(Duration.ofSeconds(30));
        assertThat(isAdmitted(RANKING, 600)).isTrue();

        stream.settle(0);

        assertThat(isAdmitted(RANKING, 401))
                .as("of 900, 500 have flowed off and 400 are given back")
                .isFalse();
        assertThat(isAdmitted(RANKING, 400)).isTrue();
    }

    @Test
    void keepsToTheRateOverAnHourOfCallsThatReserveTooMuch() {
        limiter.apply(List.of(tokens(60_000)));
        long used = 0;

        for (int second = 0; second < 3_600; second++) {
            advance(Duration.ofSeconds(1));
            for (int i = 0; i < 20; i++) {
                if (limiter.hold(RANKING, Allowance.UNLIMITED, 10_000) instanceof RateHold hold) {
                    hold.settle(500);
                    used += 500;
                }
            }
        }

        assertThat(used).isBetween(3_600_000L - 60_000, 3_600_000L + 60_000);
    }

    @Test
    void countsACallThatWasNotMadeAsNone() {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(1, 100, 1))));

        held(RANKING, 100).undo();

        assertThat(isAdmitted(RANKING, 100)).isTrue();
    }

    @Test
    void isOverOnceWhateverIsSaidAfterThat() {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(0, 100, 2))));
        RateHold first = held(RANKING, 10);
        held(RANKING, 10);

        first.settle(20);
        first.settle(20);
        first.undo();

        assertThat(limiter.held()).isEqualTo(1);
        assertThat(isAdmitted(RANKING, 71)).isFalse();
        assertThat(isAdmitted(RANKING, 70)).isTrue();
    }

    @Test
    void gainsNothingByAClockThatIsSetBackAndCountsOnFromThere() {
        limiter.apply(List.of(requests(60)));
        admittedOf(60, RANKING);

        advance(Duration.ofHours(-1));
        assertThat(isAdmitted(RANKING)).isFalse();
        advance(Duration.ofSeconds(1));

        assertThat(admittedOf(9, RANKING)).isEqualTo(1);
    }

    @Test
    void goesOnOverTheEndOfItsClock() {
        nanos.set(Long.MAX_VALUE - 1);
        limiter.apply(List.of(requests(60)));
        admittedOf(60, RANKING);

        nanos.set(Long.MIN_VALUE);
        assertThat(isAdmitted(RANKING)).isFalse();
        advance(Duration.ofSeconds(2));

        assertThat(admittedOf(9, RANKING)).isBetween(1, 2);
    }

    @Test
    void remembersWhatIsUsedAndUnderWayWhereALimitIsConfiguredAgain() {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(10, 0, 10))));
        List<RateHold> holds =
                IntStream.range(0, 8).mapToObj(i -> held(RANKING, 0)).toList();

        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(20, 0, 9))));

        RateHold ninth = held(RANKING, 0);
        assertThat(refusal(RANKING).limited()).isEqualTo(Limited.CONCURRENT);
        holds.forEach(hold -> hold.settle(0));
        assertThat(limiter.held()).isEqualTo(1);
        assertThat(admittedOf(99, RANKING)).as("nine of twenty were made").isEqualTo(11);
        ninth.settle(0);
        assertThat(limiter.held()).isZero();
    }

    @Test
    void remembersWhatIsUnderWayByALimitThatWasGoneForAWhile() {
        RateRule rule = new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(0, 0, 1));
        limiter.apply(List.of(rule));
        RateHold hold = held(RANKING, 0);

        limiter.apply(List.of());
        assertThat(isAdmitted(RANKING)).isTrue();
        limiter.apply(List.of(rule));

        assertThat(isAdmitted(RANKING)).isFalse();
        hold.settle(0);
        assertThat(isAdmitted(RANKING)).isTrue();
    }

    @Test
    void dropsBucketsThatAreAsGoodAsNew() {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(60, 0, 0))));
        for (int i = 0; i < 1_000; i++) {
            held(new AccountId("t", "a", "K" + i), 0).settle(0);
        }
        assertThat(limiter.buckets()).isEqualTo(1_000);

        advance(Duration.ofMinutes(1));
        for (int i = 0; i < 2_000; i++) {
            held(RANKING, 0).settle(0);
            advance(Duration.ofSeconds(1));
        }

        assertThat(limiter.buckets()).isEqualTo(1);
    }

    @Test
    void letsThoseHaveOneInCommonWhoComeWhenThereIsNoRoom() {
        RateLimiter small = new RateLimiter(nanos::get, 10);
        small.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(5, 0, 0))));

        long admitted = IntStream.range(0, 1_000)
                .filter(i -> small.hold(new AccountId("t", "a", "K" + i), Allowance.UNLIMITED, 0) instanceof RateHold)
                .count();

        assertThat(admitted).as("ten with their own, and five more").isEqualTo(15);
        assertThat(small.buckets()).isEqualTo(11);
    }

    private static RateRule requests(int perMinute) {
        return new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(perMinute, 0, 0));
    }

    private static RateRule tokens(int perMinute) {
        return new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(0, perMinute, 0));
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** How many of so many calls may be made; each is over at once. */
    private int admittedOf(int calls, AccountId account) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += isAdmitted(account) ? 1 : 0;
        }
        return admitted;
    }

    private boolean isAdmitted(AccountId account) {
        return isAdmitted(account, 0);
    }

    /** Makes a call that uses what it asks for. */
    private boolean isAdmitted(AccountId account, long tokens) {
        return switch (limiter.hold(account, Allowance.UNLIMITED, tokens)) {
            case RateRefusal no -> false;
            case RateHold hold -> {
                hold.settle(tokens);
                yield true;
            }
        };
    }

    private RateHold held(AccountId account, long tokens) {
        return (RateHold) limiter.hold(account, Allowance.UNLIMITED, tokens);
    }

    private RateRefusal refusal(AccountId account) {
        return refusal(account, 0);
    }

    private RateRefusal refusal(AccountId account, long tokens) {
        return (RateRefusal) limiter.hold(account, Allowance.UNLIMITED, tokens);
    }
}
