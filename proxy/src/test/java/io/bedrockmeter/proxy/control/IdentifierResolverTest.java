package io.bedrockmeter.proxy.control;

import static io.bedrockmeter.proxy.control.FakeControlPlane.model;
import static io.bedrockmeter.proxy.control.FakeControlPlane.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.Repricing;
import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.meters.AllowedLabels;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.Row;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The resolver over a real ledger, with a control plane that answers as it is told. */
final class IdentifierResolverTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String PROFILE =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
    private static final String SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final PriceBook BUNDLED = PriceBook.bundled();
    /** 1,000 input tokens at 3.30 USD for each million. */
    private static final long COST_PICOS = 3_300_000_000L;

    @TempDir
    private Path folder;

    private final FakeControlPlane plane = new FakeControlPlane();
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore pausesAllowed = new Semaphore(0);
    private final List<String> counted = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong ids = new AtomicLong();
    private final MeterPublisher meters = new MeterPublisher(
            new SimpleMeterRegistry(),
            InstantSource.fixed(NOW),
            MeterSettings.DEFAULT.withoutHold(),
            new AllowedLabels(Set.of("team"), Set.of("app"), BUNDLED.modelIds(), Set.of("us-east-1")));

    private volatile PriceBook book = BUNDLED;
    private SqliteLedger ledger;
    private IdentifierResolver resolver;

    @BeforeEach
    void open() {
        ledger = SqliteLedger.open(new LedgerOptions(file(), 1_000, 0), InstantSource.fixed(NOW), () -> {});
        resolver = new IdentifierResolver(new IdentifierResolver.Surroundings(
                () -> plane,
                file(),
                new Repricing(ledger, () -> book, meters::publishCorrection, this::nextId),
                known -> book = BUNDLED.knowing(known),
                (operation, answer) -> counted.add(operation + " " + answer),
                this::pause,
                new Random(7)));
    }

    @AfterEach
    void closeAndCompareMetersWithTheLedger() {
        resolver.close();
        BigInteger charged = ledger.chargedPicos();
        ledger.close();

        assertThat(meters.totalCostPicos()).isEqualTo(charged);
    }

    @Test
    void pricesTheFirstCallOnceItsModelIsKnownAndTeachesThePriceBook() {
        plane.answers(model(SONNET));

        call(PROFILE);

        awaitCost(COST_PICOS);
        assertThat(book.resolve(ModelRef.parse(PROFILE), Served.SILENT))
                .hasValueSatisfying(model -> assertThat(model.id()).isEqualTo(SONNET));
        assertThat(rows()).extracting(Row::model).containsExactly(PROFILE, PROFILE, SONNET);
        assertThat(counted).containsExactly("GetInferenceProfile found");
    }

    @Test
    void asksOnceHoweverManyCallsWait() {
        for (int call = 0; call < 300; call++) {
            call(PROFILE);
        }
        plane.answers(model(SONNET));
        pausesAllowed.release(100);

        awaitCost(300 * COST_PICOS);

        assertThat(plane.askingMost()).isEqualTo(1);
        assertThat(counted).filteredOn(answer -> answer.endsWith(" found")).hasSize(1);
    }

    @Test
    void correctsACallThatEndsAfterItsModelBecameKnown() {
        plane.answers(model(SONNET));
        LedgerEntry onItsWay = entry(PROFILE);
        start(onItsWay);
        call(PROFILE);
        awaitCost(COST_PICOS);

        end(onItsWay);

        awaitCost(2 * COST_PICOS);
        assertThat(plane.questions()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Finding.Why.class,
            names = {"THROTTLED", "UNAVAILABLE", "DENIED", "NOT_FOUND"})
    void asksAgainLaterAndLaterAfterAFailure(Finding.Why why) {
        for (int failure = 0; failure < 4; failure++) {
            plane.answers(nothing(why));
        }
        plane.answers(model(SONNET));
        pausesAllowed.release(4);

        call(PROFILE);

        awaitCost(COST_PICOS);
        assertThat(pauses).hasSize(4).isSorted();
        Duration first = why.isPassing() ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
        assertThat(pauses.get(0)).isBetween(first.dividedBy(2), first);
        assertThat(pauses.get(3)).isBetween(first.multipliedBy(4), first.multipliedBy(8));
    }

    @Test
    void leavesACallUnpricedWhileItsModelIsNotKnown() {
        plane.answers(nothing(Finding.Why.DENIED));

        call(PROFILE);

        await().until(() -> pauses.size() == 1);
        assertThat(rows()).singleElement().returns("unpriced_model", Row::costStatus);
        assertThat(counted).containsExactly("GetInferenceProfile denied");
    }

    @Test
    void asksNothingAboutIdentifiersOfWhichNothingCanBeLearnt() {
        call("arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6");
        call("arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ");
        call("made.up-model");
        plane.answers(model(SONNET));

        call(PROFILE);

        awaitCost(COST_PICOS);
        assertThat(plane.questions()).containsExactly(PROFILE);
    }

    @Test
    void takesUpWhatAnEarlierProcessLeft() {
        LedgerEntry left = entry(PROFILE);
        start(left);
        ledger.recordEntry(left).toCompletableFuture().join();
        plane.answers(model(SONNET));

        resolver.start();

        awaitCost(COST_PICOS);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void asksAtItsStartAboutWhatWasKnownBeforeAndGivesUpOnceWhereNobodyWaits() {
        plane.answers(model(SONNET));
        call(PROFILE);
        awaitCost(COST_PICOS);
        resolver.close();
        FakeControlPlane afterRestart = new FakeControlPlane();
        try (IdentifierResolver next = new IdentifierResolver(new IdentifierResolver.Surroundings(
                () -> afterRestart,
                file(),
                new Repricing(ledger, () -> book, meters::publishCorrection, this::nextId),
                known -> {},
                (operation, answer) -> counted.add("restarted " + answer),
                this::pause,
                new Random(7)))) {
            next.start();

            await().until(() -> counted.contains("restarted not_found"));
        }
        assertThat(afterRestart.questions()).containsExactly(PROFILE);
        assertThat(pauses).isEmpty();
    }

    @Test
    void leavesACallThatEndsAfterItWasClosedToTheNextProcess() {
        resolver.close();

        call(PROFILE);

        assertThat(rows()).singleElement().returns("unpriced_model", Row::costStatus);
        assertThat(plane.questions()).isEmpty();
    }

    @Test
    void correctsNothingTwiceOverARestart() {
        plane.answers(model(SONNET));
        plane.answers(model(SONNET));
        call(PROFILE);
        awaitCost(COST_PICOS);

        resolver.start();
        call(PROFILE);

        awaitCost(2 * COST_PICOS);
        assertThat(rows()).hasSize(6);
    }

    private void pause(Duration duration) throws InterruptedException {
        pauses.add(duration);
        pausesAllowed.acquire();
    }

    private void awaitCost(long picos) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(rows().stream().mapToLong(Row::costPicos).sum()).isEqualTo(picos);
            assertThat(meters.totalCostPicos()).isEqualTo(BigInteger.valueOf(picos));
        });
    }

    private List<Row> rows() {
        return LedgerView.rows(file());
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private String nextId() {
        return String.format(Locale.ROOT, "01a21293-b601-7000-8000-%012x", ids.incrementAndGet());
    }

    /** A call from its intent to its entry, and the word that its model is not known. */
    private void call(String identifier) {
        LedgerEntry entry = entry(identifier);
        start(entry);
        end(entry);
    }

    private void start(LedgerEntry entry) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        ledger.recordIntent(entry.intent()).toCompletableFuture().join();
    }

    private void end(LedgerEntry entry) {
        ledger.recordEntry(entry).toCompletableFuture().join();
        resolver.onUnresolved(entry);
    }

    private LedgerEntry entry(String identifier) {
        LedgerIntent intent = new LedgerIntent(
                nextId(),
                NOW,
                new AccountId("team", "app", "key"),
                "Converse",
                identifier,
                identifier,
                "us-east-1",
                "in_region_or_geo",
                "on_demand",
                Money.ZERO,
                BUNDLED.version(),
                null,
                100);
        ChargeLine input = new ChargeLine(UsageUnit.INPUT, 1_000, null, Money.ZERO, Money.ZERO);
        Charge charge = new Charge(
                PricingMode.ON_DEMAND, CostStatus.UNPRICED_MODEL, Money.ZERO, List.of(input), BUNDLED.version());
        return new LedgerEntry(intent, NOW, EntryState.EXACT, "complete", charge, Money.ZERO, "request", 200, 1_000);
    }
}
