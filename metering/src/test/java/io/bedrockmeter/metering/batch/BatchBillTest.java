package io.bedrockmeter.metering.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What batch jobs come to, by the rates of AWS's own price list. */
final class BatchBillTest {
    private static final PriceBook PRICES = PriceBook.bundled();
    private static final Instant CREATED = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant ENDED = Instant.parse("2026-11-25T14:30:00Z");
    private static final String NOVA_MICRO = "amazon.nova-micro-v1:0";
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String GLOBAL_HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String MISTRAL = "mistral.mistral-large-2402-v1:0";
    private static final String FAILED_RECORD =
            "{\"recordId\":\"r9\",\"modelInput\":{\"messages\":[]},\"error\":{\"errorCode\":400,\"errorMessage\":\"bad input\"}}";

    @Test
    void pricesTheRecordsOfInvokeModelAtTheRatesOfBatch() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", claude(1_000, 200), claude(500, 50)));

        // 1,500 at 0.55 and 250 at 2.75 dollars a million.
        assertThat(entries(bill, BatchTotals.NOTHING)).singleElement().satisfies(entry -> {
            assertThat(entry.charge().cost()).isEqualTo(Money.parseUsd("0.0015125"));
            assertThat(entry.charge().status()).isEqualTo(CostStatus.PRICED);
            assertThat(entry.charge().mode()).isEqualTo(PricingMode.BATCH);
            assertThat(entry.state()).isEqualTo(EntryState.EXACT);
            assertThat(entry.upperBound()).isEqualTo(entry.charge().cost());
            assertThat(entry.endedAt()).isEqualTo(ENDED);
            assertThat(entry.intent().startedAt()).isEqualTo(CREATED);
            assertThat(entry.intent().account()).isEqualTo(job(HAIKU).call().account());
            assertThat(entry.model()).isEqualTo("anthropic.claude-haiku-4-5-20251001-v1:0");
        });
    }

    @Test
    void pricesTheRecordsOfConverse() {
        BatchBill bill = bill(NOVA_MICRO, WireFormat.CONVERSE_JSON);
        String record = """
                {"recordId":"r1","modelInput":{"messages":[{"role":"user","content":[{"text":"hi"}]}]},"modelOutput":\
                {"output":{"message":{"role":"assistant","content":[{"text":"{\\"usage\\":7}"}]}},"stopReason":"end_turn",\
                "usage":{"inputTokens":1000000,"outputTokens":1000000,"totalTokens":2000000}}}""";

        bill.add(output(bill, "in.jsonl.out", record));

        assertThat(cost(entries(bill, BatchTotals.NOTHING))).isEqualTo(Money.parseUsd("0.0875"));
    }

    @Test
    void pricesAGlobalProfileAtItsOwnRates() {
        BatchBill bill = bill(GLOBAL_HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", claude(1_800, 1_000)));

        // 1,800 at 0.50 and 1,000 at 2.50 dollars a million.
        assertThat(entries(bill, BatchTotals.NOTHING)).singleElement().satisfies(entry -> {
            assertThat(entry.charge().cost()).isEqualTo(Money.parseUsd("0.0034"));
            assertThat(entry.intent().routing()).isEqualTo("global");
        });
    }

    @Test
    void readsTheMembersOfARecordInAnyOrderAndBilledOnesDespiteAnError() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(
                bill,
                "in.jsonl.out",
                "{\"modelOutput\":{\"usage\":{\"input_tokens\":10,\"output_tokens\":1}},\"extra\":[{\"modelOutput\":{}}],"
                        + "\"modelInput\":{\"max_tokens\":5},\"recordId\":\"\\u00e9\\\"}\",\"error\":null}"));

        assertThat(cost(entries(bill, BatchTotals.NOTHING))).isEqualTo(Money.parseUsd("0.00000825"));
        assertThat(bill.answered()).isEqualTo(1);
    }

    @Test
    void chargesNothingForRecordsThatFailed() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", FAILED_RECORD, claude(1_000, 200), FAILED_RECORD));

        assertThat(cost(entries(bill, BatchTotals.NOTHING))).isEqualTo(Money.parseUsd("0.0011"));
        assertThat(bill.answered()).isEqualTo(1);
        assertThat(bill.failed()).isEqualTo(2);
    }

    @Test
    void billsNothingWhereEveryRecordFailedAndSaysSo() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", FAILED_RECORD));

        assertThat(entries(bill, new BatchTotals(1, 0, 1, 0, 0)))
                .singleElement()
                .satisfies(BatchBillTest::isNotBilled);
    }

    @Test
    void keepsTheFilesOfAnOutputApartAndCountsEachOnce() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);
        bill.add(output(bill, "a.jsonl.out", claude(1_000, 200)));
        bill.add(output(bill, "b.jsonl.out", claude(1_000, 200)));

        bill.add(output(bill, "a.jsonl.out", claude(1_000, 200)));

        List<LedgerEntry> entries = entries(bill, BatchTotals.NOTHING);
        assertThat(entries).hasSize(2).doesNotHaveDuplicates();
        assertThat(cost(entries)).isEqualTo(Money.parseUsd("0.0022"));
    }

    @Test
    void givesTheSameEntriesTheSameIdsHoweverOftenItIsWorkedOut() {
        BatchBill first = bill(HAIKU, WireFormat.INVOKE_JSON);
        first.add(output(first, "a.jsonl.out", claude(1, 2), "not a record"));
        BatchBill again = bill(HAIKU, WireFormat.INVOKE_JSON);
        again.add(output(again, "a.jsonl.out", claude(1, 2), "not a record"));

        List<LedgerEntry> entries = entries(again, BatchTotals.NOTHING);

        assertThat(entries).hasSize(2).isEqualTo(entries(first, BatchTotals.NOTHING));
        assertThat(entries)
                .extracting(entry -> entry.intent().attemptId())
                .doesNotHaveDuplicates()
                .allSatisfy(id ->
                        assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    }

    @Test
    void keepsRecordsOfLongContextsFromOthersWhoseRatesTheyDoNotHave() {
        BatchBill bill = bill(SONNET, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", claude(150_000, 100), claude(150_000, 100), claude(250_000, 100)));

        List<LedgerEntry> entries = entries(bill, BatchTotals.NOTHING);
        assertThat(entries)
                .extracting(entry -> entry.charge().status())
                .containsExactly(CostStatus.PRICED, CostStatus.UNPRICED_UNIT);
        // 300,000 at 1.65 and 200 at 8.25 dollars a million: together they are long, each of them is not.
        assertThat(entries.get(0).charge().cost()).isEqualTo(Money.parseUsd("0.49665"));
    }

    @Test
    void saysThatUsageIsMissingWhereAFamilyReportsNoneAndNobodyElseDoes() {
        BatchBill bill = bill(MISTRAL, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", mistral()));

        assertThat(entries(bill, BatchTotals.NOTHING)).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
            assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
            assertThat(entry.reason()).isEqualTo("not_reported");
            assertThat(entry.upperBound()).isGreaterThan(entry.charge().cost());
        });
    }

    @Test
    void chargesWhatTheTotalsLeaveWhereRecordsDoNotReport() {
        BatchBill bill = bill(MISTRAL, WireFormat.INVOKE_JSON);
        bill.add(output(bill, "a.jsonl.out", mistral(), mistral()));
        bill.add(output(bill, "b.jsonl.out", mistral()));

        List<LedgerEntry> entries = entries(bill, new BatchTotals(3, 3, 0, 1_000, 100));

        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
            assertThat(entry.reason()).isEqualTo("told_by_totals");
            assertThat(entry.charge().lines()).hasSize(2);
            assertThat(entry.charge().cost()).isGreaterThan(Money.ZERO);
            assertThat(entry.upperBound()).isEqualTo(entry.charge().cost());
        });
    }

    @Test
    void chargesWhatTheTotalsLeaveForLinesThatCannotBeRead() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);
        bill.add(output(bill, "in.jsonl.out", claude(1_000, 200), "{\"recordId\":\"r2\",\"modelOutput\":{\"usa"));

        List<LedgerEntry> entries = entries(bill, new BatchTotals(2, 2, 0, 1_500, 250));

        assertThat(entries).extracting(LedgerEntry::reason).containsExactly("complete", "told_by_totals");
        assertThat(cost(entries)).isEqualTo(Money.parseUsd("0.0015125"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[]", "{}", "{\"recordId\":\"r\",\"modelOutput\":7}", "{} {}", "{\"modelOutput\":{}"})
    void takesALineThatIsNoRecordForOneWhoseUsageIsMissing(String line) {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);

        bill.add(output(bill, "in.jsonl.out", line));

        assertThat(entries(bill, BatchTotals.NOTHING)).singleElement().satisfies(entry -> {
            assertThat(entry.reason()).isEqualTo("malformed_json");
            assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
        });
    }

    @Test
    void chargesTheReservationWhereNothingCouldBeRead() {
        List<LedgerEntry> entries = bill(HAIKU, WireFormat.INVOKE_JSON).entries(BatchTotals.NOTHING, false, ENDED);

        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.charge().cost()).isEqualTo(job(HAIKU).reserved());
            assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
            assertThat(entry.reason()).isEqualTo("output_unread");
        });
    }

    @Test
    void chargesTheShareOfTheReservationOfRecordsThatCouldNotBeRead() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);
        bill.add(output(bill, "a.jsonl.out", claude(1_000, 200)));
        BatchTotals threeOfWhichOneFailed = new BatchTotals(3, 2, 1, BatchTotals.UNTOLD, BatchTotals.UNTOLD);

        List<LedgerEntry> entries = bill.entries(threeOfWhichOneFailed, false, ENDED);

        // A third of two dollars, rounded up, beside the record that was read.
        assertThat(cost(entries)).isEqualTo(Money.parseUsd("0.666666666667").plus(Money.parseUsd("0.0011")));
    }

    @Test
    void chargesNothingForAJobThatAnsweredNothingThoughItsOutputCannotBeRead() {
        BatchTotals nothing = new BatchTotals(3, 0, 3, BatchTotals.UNTOLD, BatchTotals.UNTOLD);

        assertThat(bill(HAIKU, WireFormat.INVOKE_JSON).entries(nothing, false, ENDED))
                .singleElement()
                .satisfies(BatchBillTest::isNotBilled);
    }

    private static void isNotBilled(LedgerEntry entry) {
        assertThat(entry.state()).isEqualTo(EntryState.NOT_BILLED);
        assertThat(entry.reason()).isEqualTo("nothing_answered");
        assertThat(entry.charge().status()).isEqualTo(CostStatus.NOT_BILLED);
        assertThat(entry.charge().cost()).isEqualTo(Money.ZERO);
        assertThat(entry.upperBound()).isEqualTo(Money.ZERO);
    }

    @Test
    void noticesThatBedrockCountedOtherTokensThanItsRecordsReport() {
        BatchBill bill = bill(HAIKU, WireFormat.INVOKE_JSON);
        bill.add(output(bill, "in.jsonl.out", claude(1_000, 200), claude(500, 50)));

        assertThat(bill.contradicts(new BatchTotals(2, 2, 0, 1_500, 250))).isFalse();
        assertThat(bill.contradicts(new BatchTotals(2, 2, 0, 1_500, 251))).isTrue();
        assertThat(bill.contradicts(new BatchTotals(2, 2, 0, 1_499, 250))).isTrue();
        assertThat(bill.contradicts(BatchTotals.NOTHING)).isFalse();
    }

    @Test
    void refusesRecordsThatABatchJobCannotHave() {
        assertThatThrownBy(() -> bill(HAIKU, WireFormat.CONVERSE_EVENT_STREAM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CONVERSE_EVENT_STREAM");
    }

    @Test
    void boundsAJobByTheWorstCaseOfEachOfItsRecords() {
        BatchEstimate estimate = BatchEstimate.open(job(HAIKU), WireFormat.INVOKE_JSON, PRICES);
        String record = "{\"recordId\":\"r1\",\"modelInput\":{\"max_tokens\":1000,\"messages\":[]}}";

        estimate.add(bytes(record));
        Money one = estimate.worst();
        estimate.add(bytes(record));
        estimate.add(bytes("no record"));

        assertThat(one).isGreaterThan(Money.parseUsd("0.0055"));
        assertThat(estimate.worst()).isEqualTo(one.times(2));
        assertThat(estimate.records()).isEqualTo(2);
    }

    @Test
    void readsTheTotalsOfAManifest() {
        String manifest = """
                {"totalRecordCount":2400,"processedRecordCount":2400,"successRecordCount":2399,"errorRecordCount":1,\
                "inputTokenCount":1951382,"outputTokenCount":405633}""";

        assertThat(BatchTotals.parse(bytes(manifest))).contains(new BatchTotals(2_400, 2_399, 1, 1_951_382, 405_633));
        assertThat(BatchTotals.parse(bytes("{\"inputTokenCount\":-7,\"outputTokenCount\":1.5}")))
                .contains(BatchTotals.NOTHING);
        assertThat(BatchTotals.parse(bytes("<Error/>"))).isEmpty();
    }

    private static BatchBill bill(String model, WireFormat format) {
        return BatchBill.open(job(model), format, PRICES);
    }

    private static BatchJob job(String model) {
        LedgerIntent call = new LedgerIntent(
                "01a21293-b601-7000-8000-000000000001",
                CREATED,
                new AccountId("checkout", "web", "AKIDEXAMPLE"),
                BatchJob.CREATED_BY,
                model,
                model,
                "us-east-1",
                "in_region_or_geo",
                "on_demand",
                Money.ZERO,
                PRICES.version(),
                null,
                300);
        return new BatchJob(
                "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/aaaaaaaaaaaa",
                call,
                "Completed",
                Money.parseUsd("2"));
    }

    private static BatchOutput output(BatchBill bill, String key, String... lines) {
        BatchOutput output = bill.output(key);
        for (String line : lines) {
            output.add(bytes(line));
        }
        return output;
    }

    private static List<LedgerEntry> entries(BatchBill bill, BatchTotals totals) {
        return bill.entries(totals, true, ENDED);
    }

    private static Money cost(List<LedgerEntry> entries) {
        return entries.stream().map(entry -> entry.charge().cost()).reduce(Money.ZERO, Money::plus);
    }

    private static String claude(long input, long output) {
        return "{\"recordId\":\"r1\",\"modelInput\":{\"max_tokens\":64,\"messages\":[]},\"modelOutput\":{\"content\":[],"
                + "\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":" + output + "}}}";
    }

    private static String mistral() {
        return "{\"recordId\":\"r1\",\"modelInput\":{\"prompt\":\"hello\",\"max_tokens\":64},\"modelOutput\":"
                + "{\"outputs\":[{\"text\":\"Hello there, how are you?\",\"stop_reason\":\"stop\"}]}}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
