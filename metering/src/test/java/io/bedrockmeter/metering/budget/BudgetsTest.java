package io.bedrockmeter.metering.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.budget.BudgetActs.Raise;
import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import io.bedrockmeter.metering.budget.BudgetRefusal.Reason;
import io.bedrockmeter.metering.budget.Recollection.OfPeriod;
import io.bedrockmeter.metering.budget.Recollection.Spent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetsTest {
    private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
    private static final Spender RANKER = new Spender("search", "ranker", "BMKAONE", "batch job", "m.one", "on_demand");
    private static final Spender CHAT = new Spender("support", "chat", "BMKATWO", "", "m.two", "flex");

    private final List<String> told = new ArrayList<>();
    private final Budgets budgets = new Budgets(new BudgetListener() {
        @Override
        public void onThreshold(BudgetStatus status, int percent) {
            told.add(status.budget().name() + " " + percent + "%");
        }

        @Override
        public void onOverrun(Budget budget, boolean wasRefused, Reason reason) {
            told.add(budget.name() + " " + reason.label() + (wasRefused ? " refused" : " passed"));
        }
    });

    @Test
    void admitsUntilTheWorstCaseDoesNotFit() {
        inForce(strict("b", 100));

        BudgetHold first = held(RANKER, 60);
        BudgetRefusal second = refused(RANKER, 41);
        BudgetHold third = held(RANKER, 40);

        first.settle("1", RANKER, picos(10));
        third.settle("2", RANKER, picos(40));
        assertThat(status("b")).returns(50L, BudgetStatus::spent).returns(0L, BudgetStatus::reserved);
        assertThat(second.message())
                .isEqualTo(
                        "Budget 'b' has no room for this call: limit 0.0000000001 USD, spent 0 USD, reserved by calls that run"
                                + " 0.00000000006 USD; this call may take up to 0.000000000041 USD."
                                + " The budget begins anew at 2026-12-02T00:00:00Z.");
        assertThat(second.resets()).isEqualTo(Instant.parse("2026-12-02T00:00:00Z"));
        assertThat(told).containsExactly("b exhausted refused");
    }

    @Test
    void reservesOfAllBudgetsOrOfNone() {
        inForce(strict("wide", 1_000), scoped("narrow", 50, "search", "ranker"));

        refused(RANKER, 51);

        assertThat(status("wide").reserved()).isZero();
        assertThat(status("narrow").reserved()).isZero();
        held(RANKER, 50);
        assertThat(status("wide").reserved()).isEqualTo(50);
        assertThat(status("narrow").reserved()).isEqualTo(50);
    }

    @Test
    void endsAReservationOnce() {
        inForce(strict("b", 100));
        BudgetHold hold = held(RANKER, 60);

        hold.settle("1", RANKER, picos(7));
        hold.settle("1", RANKER, picos(7));
        hold.release();

        assertThat(status("b")).returns(7L, BudgetStatus::spent).returns(0L, BudgetStatus::reserved);
    }

    @Test
    void givesBackWhatWasNotSpent() {
        inForce(strict("b", 100));

        held(RANKER, 60).release();

        assertThat(status("b")).returns(0L, BudgetStatus::spent).returns(0L, BudgetStatus::reserved);
        held(RANKER, 100);
    }

    @Test
    void tellsWhatIsLeftOfTheBudgetThatHasLeast() {
        inForce(
                strict("wide", 1_000),
                strict("narrow", 100),
                new Budget(
                        "tokens",
                        BudgetScope.ALL,
                        Each.ALL,
                        BudgetUnit.TOKENS,
                        5,
                        BudgetPeriod.DAY,
                        ZoneOffset.UTC,
                        BudgetMode.SOFT,
                        0,
                        List.of(),
                        false));

        assertThat(held(RANKER, 60).settle("1", RANKER, picos(30))).isEqualTo(70);
        assertThat(status("tokens").spent()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "search, '', '', '', '', '', true",
        "search, ranker, '', '', '', '', true",
        "search, rank*, '', '', '', '', true",
        "sea*, '', '', '', '', '', true",
        "*, '', '', '', '', '', true",
        "'', ranker, '', '', '', '', true",
        "sear, '', '', '', '', '', false",
        "search, rank, '', '', '', '', false",
        "support, '', '', '', '', '', false",
        "'', '', BMKAONE, '', '', '', true",
        "'', '', BMKATWO, '', '', '', false",
        "'', '', '', batch*, '', '', true",
        "'', '', '', other, '', '', false",
        "'', '', '', '', m.*, '', true",
        "'', '', '', '', mxone, '', false",
        "'', '', '', '', '', on_demand, true",
        "'', '', '', '', '', flex, false",
        "search, '', BMKAONE, *, m.one, on_demand, true",
        "search, '', BMKAONE, *, m.two, on_demand, false",
    })
    void countsTheCallsOfItsScope(
            String team, String app, String key, String label, String model, String mode, boolean counts) {
        BudgetScope scope = new BudgetScope(
                new BudgetScope.Patterns(list(team), list(app), list(key), list(label), list(model), list(mode)));

        assertThat(scope.takes(RANKER)).isEqualTo(counts);
    }

    @Test
    void givesEachTeamOrKeyABudgetOfItsOwn() {
        inForce(each("teams", Each.TEAM, 100), each("keys", Each.KEY, 60));

        held(RANKER, 60);
        refused(RANKER, 1);
        held(CHAT, 60);

        assertThat(budgets.statuses(NOON))
                .extracting(status -> status.budget().name() + ":" + status.subject() + ":" + status.team())
                .containsExactlyInAnyOrder(
                        "teams:search:search", "teams:support:support", "keys:BMKAONE:search", "keys:BMKATWO:support");
    }

    @Test
    void letsWhatIsFreePassAnExhaustedBudget() {
        inForce(strict("b", 100));
        held(RANKER, 100);

        assertThat(budgets.reserve(new BudgetedCall(RANKER, NOON, Amounts.NONE, true, true)))
                .isInstanceOf(BudgetHold.class);
    }

    @Test
    void refusesWhatNobodyKnowsThePriceOf() {
        inForce(strict("b", 100));

        assertThat(budgets.reserve(new BudgetedCall(RANKER, NOON, Amounts.NONE, false, true)))
                .isInstanceOfSatisfying(
                        BudgetRefusal.class,
                        no -> assertThat(no)
                                .returns(Reason.UNPRICED, BudgetRefusal::reason)
                                .satisfies(refusal ->
                                        assertThat(refusal.message()).contains("no price for model 'm.one'")));
    }

    @Test
    void asksForALimitOfOutputWhereItIsToldTo() {
        inForce(new Budget(
                "b",
                BudgetScope.ALL,
                Each.ALL,
                BudgetUnit.USD,
                100,
                BudgetPeriod.TOTAL,
                ZoneOffset.UTC,
                BudgetMode.STRICT,
                0,
                List.of(),
                true));

        assertThat(budgets.reserve(new BudgetedCall(RANKER, NOON, picos(1), true, false)))
                .isInstanceOfSatisfying(
                        BudgetRefusal.class, no -> assertThat(no.message()).contains("set maxTokens"));
        assertThat(refused(RANKER, 101))
                .returns(null, BudgetRefusal::resets)
                .satisfies(no -> assertThat(no.message()).endsWith("Ask for the limit to be raised."));
    }

    @Test
    void onlyTellsWhereItIsSoftOrAShadow() {
        inForce(of("soft", 100, BudgetMode.SOFT, 0), of("shadow", 100, BudgetMode.SHADOW, 0));

        BudgetHold first = held(RANKER, 150);
        first.settle("1", RANKER, picos(100));
        held(RANKER, 1);

        assertThat(told).containsExactly("shadow exhausted passed", "soft exhausted passed", "shadow exhausted passed");
    }

    @Test
    void reservesWhatCallsHaveCostAsFarAsTheOvershootAllows() {
        inForce(of("b", 1_000, BudgetMode.BALANCED, 150));
        for (int i = 0; i < LearnedCosts.CALLS_MIN; i++) {
            held(RANKER, 100).settle("c" + i, RANKER, picos(10));
        }

        // Of 100, 15 are expected: 85 are exposed, then the 65 that are left of the overshoot, then none.
        held(RANKER, 100);
        held(RANKER, 100);
        held(RANKER, 100);

        assertThat(status("b"))
                .returns(160L, BudgetStatus::spent)
                .returns(15L + 35 + 100, BudgetStatus::reserved)
                .returns(150L, BudgetStatus::exposure);
    }

    @Test
    void tellsEachThresholdOnce() {
        inForce(new Budget(
                "b",
                BudgetScope.ALL,
                Each.ALL,
                BudgetUnit.USD,
                7,
                BudgetPeriod.DAY,
                ZoneOffset.UTC,
                BudgetMode.SOFT,
                0,
                List.of(50, 80, 100),
                false));

        budgets.charge("1", RANKER, NOON, picos(3));
        budgets.charge("2", RANKER, NOON, picos(1));
        budgets.charge("3", RANKER, NOON, picos(1));
        budgets.charge("4", RANKER, NOON, picos(2));
        budgets.charge("5", RANKER, NOON, picos(2));
        budgets.charge("6", RANKER, NOON.plusSeconds(86_400), picos(6));

        assertThat(told).containsExactly("b 50%", "b 100%", "b 80%");
    }

    @Test
    void raisesAndFreezesForAWhile() {
        inForce(strict("b", 100));
        long until = NOON.toEpochMilli() + 1;

        budgets.obey(new BudgetActs(Map.of("b", List.of(new Raise(50, until))), Map.of()));
        held(RANKER, 150).release();
        BudgetDecision after = budgets.reserve(new BudgetedCall(RANKER, NOON.plusMillis(1), picos(150), true, true));
        budgets.obey(new BudgetActs(Map.of(), Map.of("b", "too dear")));
        BudgetRefusal frozen = refused(RANKER, 1);
        budgets.obey(BudgetActs.NONE);

        assertThat(after).isInstanceOf(BudgetRefusal.class);
        assertThat(frozen.message()).endsWith("is frozen, so nothing is spent of it: too dear");
        held(RANKER, 1);
    }

    @Test
    void countsACallInThePeriodInWhichItCame() {
        inForce(strict("b", 100));
        BudgetHold lateCall = held(RANKER, 60);
        Instant tomorrow = NOON.plusSeconds(86_400);

        BudgetDecision next = budgets.reserve(new BudgetedCall(RANKER, tomorrow, picos(100), true, true));
        lateCall.settle("1", RANKER, picos(60));

        assertThat(next).isInstanceOf(BudgetHold.class);
        assertThat(budgets.statuses(tomorrow).get(0))
                .returns(0L, BudgetStatus::spent)
                .returns(100L, BudgetStatus::reserved);
        // The clock is set back.
        assertThat(budgets.reserve(new BudgetedCall(RANKER, NOON, picos(41), true, true)))
                .isInstanceOf(BudgetRefusal.class);
    }

    @Test
    void countsInItsOwnPeriodWhenTheClockWasFarAheadForAWhile() {
        inForce(strict("b", 100));
        held(RANKER, 100).settle("1", RANKER, picos(100));
        Instant tomorrow = NOON.plusSeconds(86_400);
        budgets.charge("2", RANKER, NOON.plusSeconds(10 * 86_400), picos(1));

        BudgetDecision today = budgets.reserve(new BudgetedCall(RANKER, NOON, picos(1), true, true));
        BudgetDecision next = budgets.reserve(new BudgetedCall(RANKER, tomorrow, picos(100), true, true));

        assertThat(today).isInstanceOf(BudgetRefusal.class);
        assertThat(next).isInstanceOf(BudgetHold.class);
    }

    @Test
    void tellsApartTeamsAndApplicationsWhoseNamesHaveSlashes() {
        inForce(scoped("one", 100, "a"), each("apps", Each.APP, 60));

        budgets.charge("1", new Spender("a/b", "c", "k", "", "m", "on_demand"), NOON, picos(50));
        budgets.charge("2", new Spender("a", "b/c", "k", "", "m", "on_demand"), NOON, picos(20));

        assertThat(budgets.statuses(NOON))
                .extracting(status -> status.budget().name() + ":" + status.subject() + ":" + status.spent())
                .containsExactlyInAnyOrder("one::20", "apps:a/b / c:50", "apps:a / b/c:20");
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, UTC, 2026-12-01T00:00:00Z, 2026-12-02T00:00:00Z",
        "WEEK, UTC, 2026-11-30T00:00:00Z, 2026-12-07T00:00:00Z",
        "MONTH, UTC, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "MONTH, Europe/Berlin, 2026-11-30T23:00:00Z, 2026-12-31T23:00:00Z",
        "DAY, Asia/Kathmandu, 2026-11-30T18:15:00Z, 2026-12-01T18:15:00Z",
    })
    void followsTheCalendarOfItsZone(BudgetPeriod period, String zone, Instant from, Instant to) {
        assertThat(period.around(NOON, ZoneId.of(zone))).isEqualTo(new Span(from.toEpochMilli(), to.toEpochMilli()));
    }

    @Test
    void knowsDaysOfOtherLengths() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");

        Span spring = BudgetPeriod.DAY.around(Instant.parse("2026-03-29T12:00:00Z"), berlin);
        Span autumn = BudgetPeriod.DAY.around(Instant.parse("2026-10-25T12:00:00Z"), berlin);

        assertThat(spring.endMillis() - spring.startMillis()).isEqualTo(23 * 3_600_000L);
        assertThat(autumn.endMillis() - autumn.startMillis()).isEqualTo(25 * 3_600_000L);
    }

    @Test
    void beginsWithWhatTheLedgerHasAndMissesNothingMeanwhile() {
        inForce(strict("old", 100));
        held(RANKER, 10).settle("before", RANKER, picos(10));
        Budget begun = strict("new", 100);

        Recollection recollection = budgets.begin(List.of(strict("old", 200), begun));
        held(RANKER, 20).settle("in the snapshot", RANKER, picos(20));
        held(RANKER, 30).settle("after it", RANKER, picos(30));
        Span today = BudgetPeriod.DAY.around(NOON, ZoneOffset.UTC);
        assertThat(recollection.periods(NOON)).containsExactly(today);
        recollection.finish(
                List.of(new OfPeriod(today, List.of(new Spent(RANKER, today.startMillis(), picos(30))))),
                List.of("before", "in the snapshot")::contains);

        assertThat(status("old")).returns(60L, BudgetStatus::spent).returns(200L, BudgetStatus::limit);
        assertThat(status("new").spent()).isEqualTo(60);
    }

    @Test
    void countsWhatTheCallTurnedOutToBe() {
        inForce(scoped("ranker", 100, "search"), scoped("chat", 100, "support"));
        BudgetHold hold = held(RANKER, 50);

        hold.settle("1", CHAT, picos(20));

        assertThat(status("ranker")).returns(0L, BudgetStatus::spent).returns(0L, BudgetStatus::reserved);
        assertThat(status("chat")).returns(20L, BudgetStatus::spent).returns(20L, BudgetStatus::unforeseen);
    }

    @Test
    void boundsItsMemoryBySharingOneBudgetAmongTheRest() {
        inForce(each("keys", Each.KEY, 100));
        for (int i = 0; i < WindowTable.SUBJECTS_MAX; i++) {
            held(new Spender("t", "a", "key" + i, "", "m", "on_demand"), 1);
        }

        held(new Spender("t", "a", "one more", "", "m", "on_demand"), 60);
        refused(new Spender("t", "a", "and another", "", "m", "on_demand"), 60);

        assertThat(budgets.statuses(NOON)).hasSize(WindowTable.SUBJECTS_MAX + 1);
    }

    private void inForce(Budget... next) {
        budgets.begin(List.of(next)).finish(List.of(), id -> false);
    }

    private BudgetHold held(Spender spender, long worst) {
        BudgetDecision decision = budgets.reserve(new BudgetedCall(spender, NOON, picos(worst), true, true));
        assertThat(decision).isInstanceOf(BudgetHold.class);
        return (BudgetHold) decision;
    }

    private BudgetRefusal refused(Spender spender, long worst) {
        BudgetDecision decision = budgets.reserve(new BudgetedCall(spender, NOON, picos(worst), true, true));
        assertThat(decision).isInstanceOf(BudgetRefusal.class);
        return (BudgetRefusal) decision;
    }

    private BudgetStatus status(String name) {
        return budgets.statuses(NOON).stream()
                .filter(status -> status.budget().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> list(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    static Amounts picos(long picos) {
        return new Amounts(picos, 0);
    }

    static Budget strict(String name, long limit) {
        return of(name, limit, BudgetMode.STRICT, 0);
    }

    static Budget of(String name, long limit, BudgetMode mode, long overshoot) {
        return new Budget(
                name,
                BudgetScope.ALL,
                Each.ALL,
                BudgetUnit.USD,
                limit,
                BudgetPeriod.DAY,
                ZoneOffset.UTC,
                mode,
                overshoot,
                List.of(),
                false);
    }

    private static Budget scoped(String name, long limit, String team, String... app) {
        List<String> apps = List.of(app);
        return new Budget(
                name,
                new BudgetScope(
                        new BudgetScope.Patterns(List.of(team), apps, List.of(), List.of(), List.of(), List.of())),
                Each.ALL,
                BudgetUnit.USD,
                limit,
                BudgetPeriod.DAY,
                ZoneOffset.UTC,
                BudgetMode.STRICT,
                0,
                List.of(),
                false);
    }

    private static Budget each(String name, Each each, long limit) {
        return new Budget(
                name,
                BudgetScope.ALL,
                each,
                BudgetUnit.USD,
                limit,
                BudgetPeriod.DAY,
                ZoneOffset.UTC,
                BudgetMode.STRICT,
                0,
                List.of(),
                false);
    }
}
