package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.entry;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CostStatus;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every ledger promises. A subclass says how its kind is opened, and how what it recorded is read back; each test ends
 * with the conservation law.
 */
abstract class LedgerContract {
    static final int SLOTS = 64;

    private Ledger ledger;
    private long recorded;
    private BigInteger charged = BigInteger.ZERO;

    /** Opens the ledger of this test, with {@link #SLOTS} slots; again and again the same one. */
    abstract Ledger open();

    /** What the ledger of this test holds, read from where it is kept. The ledger is closed. */
    abstract Kept kept();

    /**
     * What a ledger holds.
     *
     * @param open calls without an entry
     * @param entries calls with one
     * @param chargedPicos what the entries charge together
     */
    record Kept(long open, long entries, BigInteger chargedPicos) {}

    @BeforeEach
    void openTheLedger() {
        ledger = open();
    }

    @AfterEach
    void conservesCallsAndMoney() {
        ledger.close();

        assertThat(kept().entries()).isEqualTo(recorded);
        assertThat(kept().chargedPicos()).isEqualTo(charged);
    }

    @Test
    void recordsACallFromIntentToEntry() {
        assertThat(ledger.tryTakeSlot()).isTrue();

        await(ledger.recordIntent(intent(1)));
        record(entry(1, 100));

        ledger.close();
        assertThat(kept()).isEqualTo(new Kept(0, 1, BigInteger.valueOf(1_980_000_000L)));
    }

    @Test
    void keepsACallOpenUntilItsEntry() {
        take(1);

        await(ledger.recordIntent(intent(1)));

        ledger.close();
        assertThat(kept().open()).isEqualTo(1);
    }

    @Test
    void hasSoManySlotsAndNoMore() {
        take(SLOTS);

        boolean oneMore = ledger.tryTakeSlot();

        assertThat(oneMore).isFalse();
        assertThat(ledger.health()).isEqualTo(LedgerHealth.BUSY);
    }

    @Test
    void takesASlotAgainThatWasReturned() {
        take(SLOTS);

        ledger.returnSlot();

        assertThat(ledger.health()).isEqualTo(LedgerHealth.OK);
        assertThat(ledger.tryTakeSlot()).isTrue();
    }

    @Test
    void refusesASlotThatNobodyHadTaken() {
        assertThatThrownBy(() -> ledger.returnSlot()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void freesTheSlotOfACallWithItsEntry() {
        take(SLOTS);
        await(ledger.recordIntent(intent(1)));

        record(entry(1, 1));

        assertThat(ledger.tryTakeSlot()).isTrue();
        assertThat(ledger.tryTakeSlot()).isFalse();
    }

    @Test
    void answersARepeatedIntentAndKeepsOne() {
        take(2);
        await(ledger.recordIntent(intent(1)));

        await(ledger.recordIntent(intent(1)));

        record(entry(1, 1));
        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void answersARepeatedEntryAndKeepsOne() {
        take(1);
        await(ledger.recordIntent(intent(1)));
        record(entry(1, 1));

        await(ledger.recordEntry(entry(1, 1)));

        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void refusesAnotherIntentOfTheSameAttempt() {
        take(2);
        await(ledger.recordIntent(intent(1)));

        assertRefused(ledger.recordIntent(intent(1, Money.parseUsd("99"))), Records.attemptId(1));

        record(entry(1, 1));
        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void refusesAnotherEntryOfTheSameAttempt() {
        take(1);
        await(ledger.recordIntent(intent(1)));
        record(entry(1, 1));

        assertRefused(ledger.recordEntry(entry(1, 2)), Records.attemptId(1));

        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void refusesAnEntryWithoutIntent() {
        assertRefused(ledger.recordEntry(entry(7, 1)), Records.attemptId(7));

        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void refusesAnEntryOfAnotherIntentThanTheOneRecorded() {
        take(1);
        await(ledger.recordIntent(intent(1)));

        assertRefused(ledger.recordEntry(entry(intent(1, Money.parseUsd("99")), 1)), Records.attemptId(1));

        assertThat(freeSlots()).isEqualTo(SLOTS - 1);
    }

    @Test
    void letsOneContradictionFailAlone() {
        take(3);
        await(ledger.recordIntent(intent(1)));
        await(ledger.recordIntent(intent(2)));

        CompletionStage<Void> contradiction = ledger.recordEntry(entry(7, 1));
        CompletionStage<Void> first = ledger.recordEntry(entry(1, 1));
        CompletionStage<Void> second = ledger.recordEntry(entry(2, 1));

        assertRefused(contradiction, Records.attemptId(7));
        await(first);
        await(second);
        expect(entry(1, 1));
        expect(entry(2, 1));
    }

    @Test
    void chargesWhatACorrectionSaysInPlaceOfWhatItCorrects() {
        call(1, 100);

        boolean isNew = correct(Records.correction(entry(1, 100), 2, 150));

        assertThat(isNew).isTrue();
        ledger.close();
        assertThat(kept()).isEqualTo(new Kept(0, 1, BigInteger.valueOf(2_970_000_000L)));
    }

    @Test
    void lowersAChargeToo() {
        call(1, 100);

        correct(Records.correction(entry(1, 100), 2, 50));

        ledger.close();
        assertThat(kept()).isEqualTo(new Kept(0, 1, BigInteger.valueOf(990_000_000L)));
    }

    @Test
    void needsNoSlotForACorrection() {
        call(1, 100);
        take(SLOTS);

        boolean isNew = correct(Records.correction(entry(1, 100), 2, 150));

        assertThat(isNew).isTrue();
    }

    @Test
    void answersARepeatedCorrectionWhateverItsIdsAndKeepsOne() {
        call(1, 100);
        correct(Records.correction(entry(1, 100), 2, 150));

        boolean same = isNew(ledger.recordCorrection(Records.correction(entry(1, 100), 2, 150)));
        boolean otherIds = isNew(ledger.recordCorrection(Records.correction(entry(1, 100), 4, 150)));

        assertThat(same).isFalse();
        assertThat(otherIds).isFalse();
    }

    @Test
    void refusesAnotherCorrectionOfTheSameEntry() {
        call(1, 100);
        correct(Records.correction(entry(1, 100), 2, 150));

        assertRefused(ledger.recordCorrection(Records.correction(entry(1, 100), 4, 151)), Records.attemptId(1));
    }

    @Test
    void correctsACorrection() {
        call(1, 100);
        Correction first = Records.correction(entry(1, 100), 2, 150);
        correct(first);

        correct(Records.correction(new StandingEntry(Records.attemptId(1), first.replacement()), 4, 200));

        ledger.close();
        assertThat(kept()).isEqualTo(new Kept(0, 1, BigInteger.valueOf(3_960_000_000L)));
    }

    @Test
    void refusesToCorrectWhatItDoesNotHave() {
        call(1, 100);

        assertRefused(ledger.recordCorrection(Records.correction(entry(1, 99), 2, 150)), Records.attemptId(1));
        assertRefused(ledger.recordCorrection(Records.correction(entry(7, 100), 2, 150)), Records.attemptId(7));
    }

    @Test
    void refusesToCorrectACallThatIsOpen() {
        take(1);
        await(ledger.recordIntent(intent(1)));

        assertRefused(ledger.recordCorrection(Records.correction(entry(1, 100), 2, 150)), Records.attemptId(1));
    }

    @Test
    void chargesOneCallForAJobThatSeveralAnswersName() {
        begin(1, null);
        begin(2, null);

        assertThat(counts(1, "arn:job")).isTrue();
        assertThat(counts(2, "arn:job")).isFalse();
    }

    @Test
    void chargesTheFirstCallOfATokenThoughItsAnswerWasLost() {
        begin(1, "token");
        begin(2, "token");
        begin(3, "token");

        assertThat(counts(1, null)).isTrue();
        assertThat(counts(2, null)).isFalse();
        assertThat(counts(3, "arn:job")).isFalse();
    }

    @Test
    void doesNotChargeACallWhoseAnswerWasLostAfterAnotherOfItsTokenGotOne() {
        begin(1, "token");
        begin(2, "token");

        assertThat(counts(2, "arn:job")).isTrue();
        assertThat(counts(1, null)).isFalse();
    }

    @Test
    void chargesATokenAnewThatStandsForAnotherJobByNow() {
        begin(1, "token");
        begin(2, "token");

        assertThat(counts(1, "arn:job")).isTrue();
        assertThat(counts(2, "arn:another")).isTrue();
    }

    @Test
    void takesCallsWithoutATokenForTwoEach() {
        begin(1, null);
        begin(2, null);

        assertThat(counts(1, null)).isTrue();
        assertThat(counts(2, null)).isTrue();
    }

    @Test
    void takesTheTokenOfAnotherOwnerForAnother() {
        take(2);
        for (LedgerIntent call : List.of(intent(1), Records.intent(2, Records.RESERVED, "others"))) {
            await(ledger.recordIntent(call));
            await(ledger.recordAsyncStart(Records.asyncStart(call, "token")));
            assertThat(isNew(ledger.recordAsyncJob(call, null))).isTrue();
            record(entry(call, 1));
        }
    }

    @Test
    void refusesAJobThatNoCallBegan() {
        assertRefused(ledger.recordAsyncJob(intent(1), "arn:job"), Records.attemptId(1));
    }

    @Test
    void settlesWhatIsQueuedWhenItIsClosed() {
        take(SLOTS);
        List<CompletionStage<Void>> intents = new ArrayList<>();
        for (int call = 0; call < SLOTS; call++) {
            intents.add(ledger.recordIntent(intent(call)));
        }

        ledger.close();

        assertThat(intents).allSatisfy(LedgerContract::await);
        assertThat(kept().open()).isEqualTo(SLOTS);
    }

    @Test
    void takesNothingMoreOnceItIsClosed() {
        take(1);

        ledger.close();

        assertThat(ledger.health()).isEqualTo(LedgerHealth.CLOSED);
        assertThat(ledger.tryTakeSlot()).isFalse();
        assertRefused(ledger.recordIntent(intent(1)), "closed");
    }

    @Test
    void recordsEveryCallOfManyThreads() throws Exception {
        int threads = 8;
        int callsOfEach = 100;

        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long first = (long) thread * callsOfEach;
                ends.add(callers.submit(() -> callMany(first, callsOfEach)));
            }
            for (Future<?> end : ends) {
                end.get(60, SECONDS);
            }
        }

        assertThat(freeSlots()).isEqualTo(SLOTS);
        for (int call = 0; call < threads * callsOfEach; call++) {
            expect(entry(call, 1 + call % 1_000));
        }
    }

    @Test
    void settlesABatchJobOnceWhateverIsSaidOfItLater() {
        BatchJob job = createBatchJob(1);
        assertThat(isNew(ledger.recordBatchJob(job.at("InProgress", Records.RESERVED))))
                .isTrue();

        assertThat(isNew(ledger.recordBatchSettlement(settlement(job, entry(2, 100)))))
                .isTrue();

        expect(entry(2, 100));
        assertThat(isNew(ledger.recordBatchSettlement(settlement(job, entry(2, 100)))))
                .isFalse();
        assertThat(isNew(ledger.recordBatchSettlement(settlement(job, entry(3, 7)))))
                .isFalse();
        assertThat(isNew(ledger.recordBatchJob(job.at("InProgress", Records.RESERVED))))
                .isFalse();
        assertThat(freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void refusesABatchJobThatNobodyCreated() {
        BatchJob job = new BatchJob("arn:unknown", Records.batchCreation(1), "Completed", Money.ZERO);

        assertRefused(ledger.recordBatchJob(job), "arn:unknown");
        assertRefused(ledger.recordBatchSettlement(settlement(job, entry(2, 1))), "arn:unknown");
    }

    @Test
    void chargesNothingOfABatchJobOneOfWhoseIdsIsTaken() {
        BatchJob job = createBatchJob(1);
        call(3, 1);

        assertRefused(ledger.recordBatchSettlement(settlement(job, entry(2, 100), entry(3, 7))), "taken");

        assertThat(isNew(ledger.recordBatchSettlement(settlement(job, entry(2, 100)))))
                .isTrue();
        expect(entry(2, 100));
    }

    private BatchJob createBatchJob(long number) {
        LedgerIntent call = Records.batchCreation(number);
        String arn = "arn:job-" + number;
        take(1);
        await(ledger.recordIntent(call));
        await(ledger.recordAsyncStart(Records.asyncStart(call, null)));
        assertThat(isNew(ledger.recordAsyncJob(call, arn))).isTrue();
        record(Records.entry(call, EntryState.EXACT, "complete", CostStatus.FREE, List.of()));
        return new BatchJob(arn, call, "Submitted", Money.ZERO);
    }

    private static BatchSettlement settlement(BatchJob job, LedgerEntry... entries) {
        return new BatchSettlement(job.at("Completed", Money.ZERO), Records.NOON, List.of(entries));
    }

    private void callMany(long first, int calls) {
        for (long call = first; call < first + calls; call++) {
            while (!ledger.tryTakeSlot()) {
                Thread.onSpinWait();
            }
            await(ledger.recordIntent(intent(call)));
            await(ledger.recordEntry(entry(call, 1 + call % 1_000)));
        }
    }

    private void take(int slots) {
        for (int slot = 0; slot < slots; slot++) {
            assertThat(ledger.tryTakeSlot()).isTrue();
        }
    }

    private void call(long number, long tokens) {
        take(1);
        await(ledger.recordIntent(intent(number)));
        record(entry(number, tokens));
    }

    private void begin(long number, @Nullable String token) {
        take(1);
        await(ledger.recordIntent(intent(number)));
        await(ledger.recordAsyncStart(Records.asyncStart(intent(number), token)));
    }

    /** Records what a call began, and its entry; tells whether it is charged for it. */
    private boolean counts(long number, @Nullable String arn) {
        boolean counts = isNew(ledger.recordAsyncJob(intent(number), arn));
        record(entry(number, 1));
        return counts;
    }

    private boolean correct(Correction correction) {
        boolean isNew = isNew(ledger.recordCorrection(correction));
        charged = charged.add(BigInteger.valueOf(correction.difference().picos()));
        return isNew;
    }

    private void record(LedgerEntry entry) {
        await(ledger.recordEntry(entry));
        expect(entry);
    }

    private void expect(LedgerEntry entry) {
        recorded++;
        charged = charged.add(BigInteger.valueOf(entry.charge().cost().picos()));
    }

    private int freeSlots() {
        int free = 0;
        while (ledger.tryTakeSlot()) {
            free++;
        }
        return free;
    }

    static void await(CompletionStage<?> durable) {
        durable.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private static boolean isNew(CompletionStage<Boolean> recorded) {
        return recorded.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private static void assertRefused(CompletionStage<?> durable, String part) {
        assertThatThrownBy(() -> await(durable))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isNotInstanceOf(TimeoutException.class)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(part);
    }
}
