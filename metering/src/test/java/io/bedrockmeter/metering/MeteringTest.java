package io.bedrockmeter.metering;

import static io.bedrockmeter.metering.usage.RequestedWork.ofImagesAsked;
import static io.bedrockmeter.metering.usage.RequestedWork.ofSeconds;
import static io.bedrockmeter.metering.usage.WireFormat.ASYNC_JOB;
import static io.bedrockmeter.metering.usage.WireFormat.BIDIRECTIONAL_EVENT_STREAM;
import static io.bedrockmeter.metering.usage.WireFormat.CHAT_COMPLETIONS;
import static io.bedrockmeter.metering.usage.WireFormat.INVOKE_EVENT_STREAM;
import static io.bedrockmeter.metering.usage.WireFormat.INVOKE_JSON;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetListener;
import io.bedrockmeter.metering.budget.BudgetMode;
import io.bedrockmeter.metering.budget.BudgetPeriod;
import io.bedrockmeter.metering.budget.BudgetScope;
import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.budget.Each;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.meters.AllowedLabels;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateLimiter;
import io.bedrockmeter.metering.rate.RateRule;
import io.bedrockmeter.metering.usage.DocumentPieces;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestedWork;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class MeteringTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final PriceBook PRICES = PriceBook.bundled();
    private static final String SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String PROFILE =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
    private static final Usage USAGE = Usage.of(UsageUnit.INPUT, 1000, UsageUnit.OUTPUT, 100);
    /** 1000 × 3.30 + 100 × 16.50 USD for each million, the regional rates of Claude Sonnet 4.5. */
    private static final Money COST = Money.parseUsd("0.00495");

    private final MemoryLedger ledger = new MemoryLedger();
    private final List<LedgerEntry> unresolved = new ArrayList<>();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MeterPublisher meters = new MeterPublisher(
            registry,
            InstantSource.fixed(NOW),
            MeterSettings.DEFAULT.withoutHold(),
            new AllowedLabels(Set.of("team"), Set.of("app"), PRICES.modelIds(), Set.of("us-east-1")));
    private final AtomicLong nanos = new AtomicLong();
    private final RateLimiter rates = new RateLimiter(nanos::get);
    private final Budgets budgets = new Budgets(BudgetListener.NOBODY);
    private final Spending spending = new Spending(budgets, keyId -> "");
    private final Metering metering =
            new Metering(ledger, () -> PRICES, () -> 200_000, rates, spending, meters, unresolved::add);

    @Test
    void recordsTheIntentWithTheMostThatTheCallCanCost() {
        Admission admission = metering.admit(call(SONNET));

        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        assertThat(ledger.intents).singleElement().satisfies(intent -> {
            assertThat(intent.model()).isEqualTo("anthropic.claude-sonnet-4-5-20250929-v1:0");
            assertThat(intent.modelRequested()).isEqualTo(SONNET);
            assertThat(intent.reserved()).isGreaterThan(COST);
        });
    }

    @Test
    void reservesNoMoreInputForASessionThanItsOperatorSays() {
        ModelRef sonic = ModelRef.parse("amazon.nova-sonic-v1:0");

        metering.admit(call(BIDIRECTIONAL_EVENT_STREAM, sonic, RequestFacts.ofBytes(0)));

        Money speech = Money.parseUsd("0.0000034")
                .times(200_000)
                .plus(Money.parseUsd("0.0000136").times(131_072));
        assertThat(ledger.intents).singleElement().returns(speech, LedgerIntent::reserved);
    }

    @Test
    void refusesACallThatTheLedgerHasNoRoomFor() {
        ledger.freeSlots = 0;

        Admission admission = metering.admit(call(SONNET));

        assertThat(admission)
                .isInstanceOfSatisfying(
                        Admission.Refused.class, no -> assertThat(no.reason()).isEqualTo(Admission.Reason.OVERLOADED));
        assertThat(ledger.intents).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DISK_FULL", "FAILED", "CLOSED"})
    void refusesEveryCallWhileTheLedgerTakesNone(LedgerHealth health) {
        ledger.health = health;

        Admission admission = metering.admit(call(SONNET));

        assertThat(admission)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        no -> assertThat(no.reason()).isEqualTo(Admission.Reason.LEDGER_UNAVAILABLE));
    }

    @Test
    void refusesACallThatABudgetHasNoRoomForAndTakesNothingForIt() {
        budgets.begin(List.of(budget(COST.picos()))).finish(List.of(), id -> false);
        rates.apply(List.of(oneAtATime()));
        ledger.freeSlots = 1;

        Admission admission = metering.admit(call(SONNET));

        assertThat(admission)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        no -> assertThat(no)
                                .returns(Admission.Reason.BUDGET, Admission.Refused::reason)
                                .satisfies(refusal -> assertThat(refusal.message())
                                        .startsWith("Budget 'b' has no room for this call")));
        assertThat(ledger.freeSlots).isEqualTo(1);
        assertThat(rates.held()).isZero();
        assertThat(ledger.intents).isEmpty();
    }

    @Test
    void reservesTheWorstCaseOfABudgetAndSettlesWhatWasSpent() {
        long limit = Money.parseUsd("100").picos();
        budgets.begin(List.of(budget(limit))).finish(List.of(), id -> false);

        AdmittedCall call = admitted(SONNET);
        BudgetStatus running = budgets.statuses(call.intent().startedAt()).get(0);
        Settlement settlement = metering.settle(call, exact(), outcome(Ending.COMPLETE, 200));
        ledger.sync();

        assertThat(running)
                .returns(0L, BudgetStatus::spent)
                .returns(call.intent().reserved().picos(), BudgetStatus::reserved);
        assertThat(budgets.statuses(call.intent().startedAt()).get(0))
                .returns(settlement.entry().charge().cost().picos(), BudgetStatus::spent)
                .returns(0L, BudgetStatus::reserved);
        assertThat(settlement.budgetLeftPicos().getAsLong())
                .isEqualTo(limit - settlement.entry().charge().cost().picos());
    }

    @Test
    void refusesACallThatALimitOfRateIsAgainstAndTakesNoRoomForIt() {
        rates.apply(List.of(oneAtATime()));
        admitted(SONNET);
        ledger.freeSlots = 1;

        Admission admission = metering.admit(call(SONNET));

        assertThat(admission)
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        no -> assertThat(no)
                                .returns(Admission.Reason.RATE_LIMITED, Admission.Refused::reason)
                                .returns(null, Admission.Refused::retryAfter));
        assertThat(ledger.freeSlots).isEqualTo(1);
        assertThat(ledger.intents).hasSize(1);
        assertThat(registry.get("bedrock.meter.rate.refusals")
                        .tags("team", "team", "limit", "one", "reason", "concurrent")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void givesBackWhatACallHeldWhenItIsSettledAndNotWhenThatIsDurable() {
        rates.apply(List.of(oneAtATime()));
        AdmittedCall call = admitted(SONNET);

        metering.settle(call, exact(), outcome(Ending.COMPLETE, 200));

        assertThat(rates.held()).isZero();
    }

    @Test
    void givesBackWhatACallHeldWhoseIntentFails() {
        rates.apply(List.of(oneAtATime()));
        metering.admit(call(SONNET));
        assertThat(rates.held()).isEqualTo(1);

        ledger.fail();

        assertThat(rates.held()).isZero();
    }

    @Test
    void holdsNothingOfACallThatThereIsNoRoomFor() {
        rates.apply(List.of(oneAtATime()));
        ledger.freeSlots = 0;

        metering.admit(call(SONNET));

        assertThat(rates.held()).isZero();
    }

    /** 500 tokens by its length and 65,536 at most; then 1,000 and five times 100 were used. */
    @Test
    void takesOfALimitOfTokensWhatIsReservedAndThenWhatCountsOfWhatWasUsed() {
        rates.apply(List.of(tokens(66_036 + 1_500)));
        AdmittedCall first = admitted(SONNET);
        ledger.freeSlots = 2;
        assertThat(metering.admit(call(SONNET))).isInstanceOf(Admission.Refused.class);

        metering.settle(first, exact(), outcome(Ending.COMPLETE, 200));

        assertThat(metering.admit(call(SONNET))).isInstanceOf(Admission.Admitted.class);
        assertThat(metering.admit(call(SONNET))).isInstanceOf(Admission.Refused.class);
    }

    @Test
    void countsNoTokensOfACallThatAmazonBedrockRefused() {
        rates.apply(List.of(tokens(66_036)));
        AdmittedCall first = admitted(SONNET);
        ledger.freeSlots = 1;

        metering.settle(first, nothing(), outcome(Ending.COMPLETE, 429));

        assertThat(metering.admit(call(SONNET))).isInstanceOf(Admission.Admitted.class);
    }

    private static Budget budget(long limitPicos) {
        return new Budget(
                "b",
                BudgetScope.ALL,
                Each.ALL,
                BudgetUnit.USD,
                limitPicos,
                BudgetPeriod.TOTAL,
                ZoneOffset.UTC,
                BudgetMode.STRICT,
                0,
                List.of(),
                false);
    }

    private static RateRule oneAtATime() {
        return new RateRule("one", null, null, RateRule.Sharing.TEAM, new Allowance(0, 0, 1));
    }

    private static RateRule tokens(int perMinute) {
        return new RateRule("tokens", null, null, RateRule.Sharing.TEAM, new Allowance(0, perMinute, 0));
    }

    @Test
    void movesTheMetersOnlyOnceTheEntryIsDurable() {
        AdmittedCall call = admitted(SONNET);

        Settlement settlement = metering.settle(call, exact(), outcome(Ending.COMPLETE, 200));

        assertThat(meters.totalCostPicos()).isZero();
        ledger.sync();
        assertThat(settlement.recorded().toCompletableFuture()).isCompleted();
        assertThat(meters.totalCostPicos()).isEqualTo(BigInteger.valueOf(COST.picos()));
    }

    @Test
    void leavesTheMetersAloneWhenTheEntryFails() {
        AdmittedCall call = admitted(SONNET);

        Settlement settlement = metering.settle(call, exact(), outcome(Ending.COMPLETE, 200));

        ledger.fail();
        assertThat(settlement.recorded().toCompletableFuture()).isCompletedExceptionally();
        assertThat(meters.totalCostPicos()).isZero();
    }

    @Test
    void tellsOfACallWhoseModelIsNotKnownOnceItsEntryIsDurable() {
        AdmittedCall call = admitted(PROFILE);

        metering.settle(call, exact(), outcome(Ending.COMPLETE, 200));

        assertThat(unresolved).isEmpty();
        ledger.sync();
        assertThat(unresolved)
                .extracting(entry -> entry.intent().modelRequested())
                .containsExactly(PROFILE);
    }

    @ParameterizedTest
    @CsvSource({SONNET + ", 200", PROFILE + ", 403", "made.up-model" + ", 400"})
    void tellsOfNoCallThatNeedsNoLookUp(String model, int status) {
        AdmittedCall call = admitted(model);

        metering.settle(call, exact(), outcome(Ending.COMPLETE, status));
        ledger.sync();

        assertThat(unresolved).isEmpty();
    }

    @Test
    void keepsWhatNarrowsTheUsageDownToAPrice() {
        Usage images = Usage.of(UsageUnit.IMAGE, 1).withAttributes(Map.of("quality", "premium"));

        LedgerEntry entry = settle(new UsageReading.Exact(images, Served.SILENT, false), outcome(Ending.COMPLETE, 200));

        assertThat(entry.attributes()).isEqualTo(Map.of("quality", "premium"));
    }

    @Test
    void isExactWhereTheUsageWasReadWhole() {
        LedgerEntry entry = settle(exact(), outcome(Ending.COMPLETE, 200));

        assertThat(entry.state()).isEqualTo(EntryState.EXACT);
        assertThat(entry.charge().status()).isEqualTo(CostStatus.PRICED);
        assertThat(entry.charge().cost()).isEqualTo(COST);
        assertThat(entry.upperBound()).isEqualTo(COST);
    }

    @Test
    void isExactEvenWhereTheConnectionBrokeAfterTheUsage() {
        LedgerEntry entry = settle(exact(), outcome(Ending.UPSTREAM_RESET, 200));

        assertThat(entry.state()).isEqualTo(EntryState.EXACT);
        assertThat(entry.reason()).isEqualTo("upstream_reset");
    }

    @Test
    void estimatesWhereTheUsageWasReadInPart() {
        UsageReading reading = new UsageReading.Partial(
                Usage.of(UsageUnit.INPUT, 1000), USAGE, UsageGap.TRUNCATED, Served.SILENT, false);

        LedgerEntry entry = settle(reading, outcome(Ending.COMPLETE, 200));

        assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(entry.reason()).isEqualTo("truncated");
        assertThat(entry.charge().status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(entry.charge().cost()).isEqualTo(COST);
        assertThat(entry.upperBound()).isEqualTo(entry.intent().reserved());
    }

    @Test
    void saysThatUsageIsMissingAndNeverChargesNothing() {
        UsageReading reading = new UsageReading.Absent(USAGE, UsageGap.NOT_REPORTED, Served.SILENT);

        LedgerEntry entry = settle(reading, outcome(Ending.COMPLETE, 200));

        assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
        assertThat(entry.charge().cost()).isEqualTo(COST);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT_LEFT_EARLY", "UPSTREAM_UNREACHABLE", "UPSTREAM_LOST_WHILE_SENDING"})
    void doesNotBillWhatWasNeverSentWhole(Ending ending) {
        LedgerEntry entry = settle(nothing(), outcome(ending, 0));

        assertThat(entry.state()).isEqualTo(EntryState.NOT_BILLED);
        assertThat(entry.reason()).isEqualTo(ending.label());
        assertThat(entry.charge().status()).isEqualTo(CostStatus.NOT_BILLED);
        assertThat(entry.charge().cost()).isEqualTo(Money.ZERO);
        assertThat(entry.upperBound()).isEqualTo(Money.ZERO);
    }

    @ParameterizedTest
    @EnumSource(names = {"UPSTREAM_RESET", "UPSTREAM_TIMEOUT", "CANCELLED_AFTER_CLIENT_LEFT", "DRAIN_LIMIT"})
    void estimatesTheInputWhereNoAnswerCameToAWholeRequest(Ending ending) {
        LedgerEntry entry = settle(nothing(), outcome(ending, 0));

        assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(entry.charge().cost()).isGreaterThan(Money.ZERO);
        assertThat(entry.upperBound()).isEqualTo(entry.intent().reserved());
    }

    @ParameterizedTest
    @CsvSource({
        "UNBILLED, NOT_BILLED, NOT_BILLED",
        "COUNT_TOKENS, NOT_BILLED, NOT_BILLED",
        "BATCH_JOB, NOT_BILLED, NOT_BILLED",
        "APPLY_GUARDRAIL, ESTIMATED, USAGE_MISSING",
        "GUARDRAIL_CHECKS, ESTIMATED, USAGE_MISSING",
        "ASYNC_JOB, ESTIMATED, USAGE_MISSING"
    })
    void guessesNoTokensOfACallThatIsNotBilledByThem(WireFormat format, EntryState state, CostStatus status) {
        AdmittedCall call = admitted(call(format, new ModelRef.NoModel("g1")));

        LedgerEntry entry = metering.settle(call, nothing(), outcome(Ending.UPSTREAM_RESET, 0))
                .entry();

        assertThat(entry.state()).isEqualTo(state);
        assertThat(entry.charge().status()).isEqualTo(status);
        assertThat(entry.charge().cost()).isEqualTo(Money.ZERO);
    }

    static Stream<Arguments> callsThatWereNeverAnswered() {
        Map<String, String> video = Map.of("resolution", "1280x720", "fps", "24");
        return Stream.of(
                arguments(INVOKE_JSON, "stability.stable-image-inpaint-v1:0", ofImagesAsked(1, Map.of()), "{image=1}"),
                arguments(
                        INVOKE_JSON,
                        "cohere.rerank-v3-5:0",
                        RequestedWork.ofDocuments(DocumentPieces.ofShort(250)),
                        "{search_unit=3}"),
                arguments(INVOKE_EVENT_STREAM, "amazon.nova-lite-v1:0", RequestedWork.NONE, "{input=500}"),
                arguments(CHAT_COMPLETIONS, "openai.gpt-oss-20b-1:0", RequestedWork.NONE, "{input=500}"),
                arguments(ASYNC_JOB, "amazon.nova-reel-v1:1", ofSeconds(12, video), "{video_second=12}"),
                arguments(BIDIRECTIONAL_EVENT_STREAM, "amazon.nova-sonic-v1:0", RequestedWork.NONE, "{}"));
    }

    @ParameterizedTest
    @MethodSource("callsThatWereNeverAnswered")
    void guessesByTheRequestWhatACallUsedThatWasNeverAnswered(
            WireFormat format, String model, RequestedWork work, String guess) {
        AdmittedCall call = admitted(
                call(format, ModelRef.parse(model), RequestFacts.ofBytes(2000).withWork(work)));

        LedgerEntry entry = metering.settle(call, nothing(), outcome(Ending.UPSTREAM_RESET, 0))
                .entry();

        assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(entry.charge().status())
                .isEqualTo(guess.equals("{}") ? CostStatus.USAGE_MISSING : CostStatus.ESTIMATED);
        assertThat(entry.charge().lines().stream()
                        .collect(toMap(line -> line.unit().label(), ChargeLine::count)))
                .hasToString(guess);
        assertThat(entry.charge().cost().isZero()).isEqualTo(guess.equals("{}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_AN_INFERENCE", "JOB_BEGUN_BEFORE"})
    void billsNothingOfAnAnswerThatSaysThatNothingWasBegun(UsageGap gap) {
        var reading = new UsageReading.Absent(Usage.NONE, gap, Served.SILENT);

        LedgerEntry entry = settle(reading, outcome(Ending.COMPLETE, 200));

        assertThat(entry.state()).isEqualTo(EntryState.NOT_BILLED);
        assertThat(entry.reason()).isEqualTo(gap.label());
        assertThat(entry.charge().status()).isEqualTo(CostStatus.NOT_BILLED);
    }

    @ParameterizedTest
    @EnumSource(names = {"MEDIA_LENGTH_UNKNOWN", "TRUNCATED"})
    void saysThatUsageIsMissingWhereTheLengthOfMediaIsUnknown(UsageGap why) {
        Usage output = Usage.of(UsageUnit.OUTPUT, 10);
        var reading = new UsageReading.Partial(output, output, why, Served.SILENT, false);
        RequestedWork media = new RequestedWork(DocumentPieces.NONE, 0, 0, true, 0, 0, Map.of());
        AdmittedCall call = admitted(call(
                INVOKE_EVENT_STREAM,
                ModelRef.parse(SONNET),
                RequestFacts.ofBytes(2000).withWork(media)));

        LedgerEntry entry =
                metering.settle(call, reading, outcome(Ending.COMPLETE, 200)).entry();

        assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
        assertThat(entry.charge().cost()).isGreaterThan(Money.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
        "400,http_4xx,false",
        "403,http_4xx,false",
        "429,http_4xx,false",
        "408,http_4xx,true",
        "424,http_4xx,true",
        "500,http_5xx,true",
        "503,http_5xx,true",
        "301,http_3xx,false"
    })
    void doesNotBillARefusalAndKeepsTheBoundWhereAwsDocumentsNothing(int status, String reason, boolean inDoubt) {
        UsageReading reading = new UsageReading.Absent(Usage.NONE, UsageGap.NOT_SUCCESSFUL, Served.SILENT);

        LedgerEntry entry = settle(reading, outcome(Ending.COMPLETE, status));

        assertThat(entry.state()).isEqualTo(EntryState.NOT_BILLED);
        assertThat(entry.reason()).isEqualTo(reason);
        assertThat(entry.charge().cost()).isEqualTo(Money.ZERO);
        assertThat(entry.upperBound()).isEqualTo(inDoubt ? entry.intent().reserved() : Money.ZERO);
    }

    @Test
    void doesNotPriceAModelThatTheBookDoesNotKnow() {
        AdmittedCall call = admitted("nobody.knows-this-v1:0");

        LedgerEntry entry =
                metering.settle(call, exact(), outcome(Ending.COMPLETE, 200)).entry();

        assertThat(entry.state()).isEqualTo(EntryState.EXACT);
        assertThat(entry.charge().status()).isEqualTo(CostStatus.UNPRICED_MODEL);
        assertThat(entry.charge().lines()).hasSize(2);
    }

    @Test
    void chargesNothingForProvisionedThroughputEvenWithoutUsage() {
        AdmittedCall call = admitted("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdef123456");
        UsageReading reading = new UsageReading.Absent(USAGE, UsageGap.NOT_REPORTED, Served.SILENT);

        LedgerEntry entry =
                metering.settle(call, reading, outcome(Ending.COMPLETE, 200)).entry();

        assertThat(entry.charge().status()).isEqualTo(CostStatus.PREPAID);
        assertThat(entry.charge().cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void billsARoutersCallAsTheModelThatItsAnswerNames() {
        String router = "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1";
        String profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/" + SONNET;
        UsageReading reading = new UsageReading.Exact(USAGE, new Served(null, null, profile), false);

        LedgerEntry entry = metering.settle(admitted(router), reading, outcome(Ending.COMPLETE, 200))
                .entry();
        ledger.sync();

        assertThat(entry.intent().modelRequested()).isEqualTo(router);
        assertThat(entry.model()).isEqualTo("anthropic.claude-sonnet-4-5-20250929-v1:0");
        assertThat(entry.charge().cost()).isEqualTo(COST);
        assertThat(unresolved).isEmpty();
        assertThat(meters.totalCostPicos()).isEqualTo(BigInteger.valueOf(COST.picos()));
    }

    private LedgerEntry settle(UsageReading reading, Outcome outcome) {
        return metering.settle(admitted(SONNET), reading, outcome).entry();
    }

    private AdmittedCall admitted(String model) {
        return admitted(call(model));
    }

    private AdmittedCall admitted(Invocation invocation) {
        return switch (metering.admit(invocation)) {
            case Admission.Admitted yes -> {
                ledger.sync();
                yield yes.call();
            }
            case Admission.Refused no -> throw new IllegalStateException(no.message());
        };
    }

    private static UsageReading exact() {
        return new UsageReading.Exact(USAGE, Served.SILENT, false);
    }

    private static UsageReading nothing() {
        return new UsageReading.Absent(Usage.NONE, UsageGap.NOT_REPORTED, Served.SILENT);
    }

    private static Outcome outcome(Ending ending, int status) {
        return new Outcome(ending, status, false, NOW.plusSeconds(2), 100, "request-1", Outcome.Timings.NONE);
    }

    private static Invocation call(String model) {
        return call(WireFormat.CONVERSE_JSON, ModelRef.parse(model));
    }

    private static Invocation call(WireFormat format, ModelRef model) {
        return call(format, model, RequestFacts.ofBytes(2000));
    }

    private static Invocation call(WireFormat format, ModelRef model, RequestFacts request) {
        return new Invocation(
                "01a212b9-2d07-7fc6-be0f-37afc2273f09",
                NOW,
                new AccountId("team", "app", "AKIA"),
                Allowance.UNLIMITED,
                "Converse",
                format,
                model,
                "us-east-1",
                Endpoint.RUNTIME,
                request,
                null);
    }
}
