package io.bedrockmeter.metering.batch;

import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.EntryIds;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a batch job came to, from the files that it wrote. Each record is priced once, by itself, at the rates of batch of the time when
 * the job was created; the entries are sums of such prices, one for each file and kind of price, under ids that follow from the job
 * and the file. Confined to one thread.
 */
public final class BatchBill {
    /** The operation of its entries; that of the call that created the job has its own, which costs nothing. */
    public static final String OPERATION = "ModelInvocationJob";

    /** The reason of an entry that was worked out from the totals of the job. */
    public static final String TOLD_BY_TOTALS = "told_by_totals";

    /** The reason of an entry for records that were answered, as far as is known, but could not be read. */
    public static final String OUTPUT_UNREAD = "output_unread";

    /** The reason of the entry of a job of which no record was answered, such as one that failed. */
    public static final String NOTHING_ANSWERED = "nothing_answered";

    /*
     * Records whose usage is not known
     * --------------------------------
     * Some families report no usage in their answers, and an output may have lines, or be a file, that cannot be read. First choice
     * is then what Bedrock's own totals leave when all that was read is taken from them: it is the amount on the bill, but who knows
     * how it was split, so it is an estimate. Without totals, a record that could be read is charged at its reader's guess, and one
     * that could not at its share of what is reserved. Either is usage_missing, never nothing.
     */
    private final BatchModel model;
    private final Map<String, BatchOutput> outputs = new LinkedHashMap<>();

    private BatchBill(BatchModel model) {
        this.model = model;
    }

    /**
     * A bill without records.
     *
     * @param job the job; what is reserved for it bounds what cannot be read
     * @param format how its records are written: {@link WireFormat#INVOKE_JSON} or {@link WireFormat#CONVERSE_JSON}
     * @param prices the book that prices it
     */
    public static BatchBill open(BatchJob job, WireFormat format, PriceBook prices) {
        return new BatchBill(BatchModel.of(job, format, prices));
    }

    /**
     * Begins a file of the job's output, which is not on the bill before {@link #add}.
     *
     * @param key its name, the same whenever it is read
     */
    public BatchOutput output(String key) {
        return new BatchOutput(key, model);
    }

    /** Puts a file on the bill that was read whole. A file that is on it already is not put there twice. */
    public void add(BatchOutput output) {
        outputs.putIfAbsent(output.key(), output);
    }

    /** Records that were answered. */
    public long answered() {
        return outputs.values().stream().mapToLong(BatchOutput::answered).sum();
    }

    /** Records that failed. */
    public long failed() {
        return outputs.values().stream().mapToLong(BatchOutput::failed).sum();
    }

    /** Whether Bedrock counted other tokens than its records report, where each of them reports its own. */
    public boolean contradicts(BatchTotals totals) {
        return totals.hasTokens()
                && inexact() == 0
                && unread(totals, true) == 0
                && (exact().totalInputTokens() != totals.inputTokens()
                        || exact().count(UsageUnit.OUTPUT) != totals.outputTokens());
    }

    /**
     * The entries of the job: one that is not billed if no record was answered.
     *
     * @param totals what Bedrock itself counted
     * @param isWhole whether every file of the output is on the bill; if not, records may be missing from it
     * @param endedAt when the job ended
     */
    public List<LedgerEntry> entries(BatchTotals totals, boolean isWhole, Instant endedAt) {
        long unread = unread(totals, isWhole);
        boolean isKnown = inexact() == 0 && unread == 0;
        Optional<ChargeSum> rest = isKnown ? Optional.empty() : rest(totals);
        List<LedgerEntry> entries = new ArrayList<>();
        for (BatchOutput output : outputs.values()) {
            int number = 0;
            for (ChargeSum sum : output.sums()) {
                if (rest.isEmpty() || sum.kind().state() == EntryState.EXACT) {
                    entries.add(entry(sum, endedAt, "file", output.key(), Integer.toString(number)));
                }
                number++;
            }
        }
        if (rest.isPresent()) {
            entries.add(entry(rest.get(), endedAt, "totals"));
        } else if (unread != 0) {
            entries.add(entry(unreadShare(unread, totals), endedAt, "unread"));
        }
        if (entries.isEmpty()) {
            entries.add(entry(nothing(), endedAt, "nothing"));
        }
        return entries;
    }

    private long inexact() {
        return outputs.values().stream().mapToLong(BatchOutput::inexact).sum();
    }

    private Usage exact() {
        return outputs.values().stream().map(BatchOutput::exact).reduce(Usage.NONE, Usage::plus);
    }

    /** Records that were answered and are not on the bill; {@link BatchTotals#UNTOLD} if nobody told how many, but there may be. */
    private long unread(BatchTotals totals, boolean isWhole) {
        if (totals.succeeded() != BatchTotals.UNTOLD) {
            return Math.max(0, totals.succeeded() - answered());
        }
        return isWhole ? 0 : BatchTotals.UNTOLD;
    }

    /** What the totals leave; empty if they do not tell, tell of no more than was read, or there is more to bill than tokens. */
    private Optional<ChargeSum> rest(BatchTotals totals) {
        long input = totals.inputTokens() - exact().totalInputTokens();
        long output = totals.outputTokens() - exact().count(UsageUnit.OUTPUT);
        boolean isAll = outputs.values().stream().allMatch(BatchOutput::isTextOnly);
        if (!totals.hasTokens() || !isAll || input < 0 || output < 0 || input + output == 0) {
            return Optional.empty();
        }
        Usage usage = Usage.of(UsageUnit.INPUT, input, UsageUnit.OUTPUT, output);
        Charge charge = model.prices().chargeIn(PricingMode.BATCH, model.call(RequestFacts.ofBytes(0)), usage, true);
        return Optional.of(sum(TOLD_BY_TOTALS, charge.status(), charge));
    }

    private ChargeSum unreadShare(long unread, BatchTotals totals) {
        BigInteger reserved = BigInteger.valueOf(model.job().reserved().picos());
        boolean isCounted = unread != BatchTotals.UNTOLD && totals.records() >= unread;
        BigInteger share = isCounted
                ? reserved.multiply(BigInteger.valueOf(unread))
                        .add(BigInteger.valueOf(totals.records() - 1))
                        .divide(BigInteger.valueOf(totals.records()))
                : reserved;
        Charge charge = new Charge(
                PricingMode.BATCH,
                CostStatus.USAGE_MISSING,
                Money.ofPicos(share.longValueExact()),
                List.of(),
                model.prices().version());
        return sum(OUTPUT_UNREAD, CostStatus.USAGE_MISSING, charge);
    }

    private static ChargeSum nothing() {
        return new ChargeSum(
                new ChargeSum.Kind(EntryState.NOT_BILLED, NOTHING_ANSWERED, CostStatus.NOT_BILLED, Map.of()));
    }

    private static ChargeSum sum(String reason, CostStatus status, Charge charge) {
        ChargeSum sum = new ChargeSum(new ChargeSum.Kind(EntryState.ESTIMATED, reason, status, Map.of()));
        sum.tryAdd(new ChargeSum.Part(sum.kind(), charge, charge.cost(), 0, 0));
        return sum;
    }

    private LedgerEntry entry(ChargeSum sum, Instant endedAt, String... of) {
        Charge charge = new Charge(
                PricingMode.BATCH,
                sum.kind().status(),
                sum.cost(),
                sum.lines(),
                model.prices().version());
        return new LedgerEntry(
                        intent(sum, of),
                        endedAt,
                        sum.kind().state(),
                        sum.kind().reason(),
                        charge,
                        sum.upperBound(),
                        null,
                        200,
                        sum.bytesOut())
                .withAttributes(sum.kind().attributes());
    }

    private LedgerIntent intent(ChargeSum sum, String... of) {
        LedgerIntent created = model.job().call();
        ModelRef named = model.model();
        Optional<ResolvedModel> resolved = model.prices().resolve(named, Served.SILENT);
        String[] parts = new String[of.length + 1];
        parts[0] = model.job().arn();
        System.arraycopy(of, 0, parts, 1, of.length);
        return new LedgerIntent(
                EntryIds.of(created.startedAt(), parts),
                created.startedAt(),
                created.account(),
                OPERATION,
                created.modelRequested(),
                resolved.map(ResolvedModel::id).orElse(named.requested()),
                created.region(),
                resolved.map(ResolvedModel::routing).orElse(named.routing()).label(),
                PricingMode.BATCH.label(),
                sum.upperBound(),
                model.prices().version(),
                created.sdkInvocationId(),
                sum.bytesIn());
    }
}
