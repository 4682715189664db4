package io.bedrockmeter.metering.batch;

import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestedWork;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReading;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one file of a batch job's output says, added up line by line. If reading it breaks off, it is thrown away and another one is
 * begun: only what was read whole is given to the {@link BatchBill}. Keeps sums, never records. Confined to one thread.
 */
public final class BatchOutput {
    private final String key;
    private final BatchModel model;
    private final List<ChargeSum> sums = new ArrayList<>();
    private Usage exact = Usage.NONE;
    private long answered;
    private long failed;
    private long inexact;
    private boolean isTextOnly = true;

    BatchOutput(String key, BatchModel model) {
        this.key = key;
        this.model = model;
    }

    /**
     * Adds the next line. Bytes of any kind are taken: what is no record, or has neither an answer nor an error, was billed for all
     * that is known, and counts as one whose usage is missing.
     *
     * @param line without its line break; an empty one is no record
     */
    public void add(byte[] line) {
        if (line.length == 0) {
            return;
        }
        RecordLine record = RecordLine.of(line);
        ByteBuffer output = record == null ? null : record.output();
        if (record == null || (output == null && !record.isError())) {
            addUnreadable();
        } else if (output == null) {
            failed++;
        } else {
            RequestFacts request = model.request(record.input());
            answer(request, model.usage(request, output), output.remaining());
        }
    }

    /** Adds a line that was too long to be kept, whatever was in it. */
    public void addUnreadable() {
        RequestFacts nothing = RequestFacts.ofBytes(0);
        answer(nothing, new UsageReading.Absent(Usage.NONE, UsageGap.MALFORMED_JSON, Served.SILENT), 0);
    }

    /** Its name, as given. */
    public String key() {
        return key;
    }

    /** Records that were answered. */
    public long answered() {
        return answered;
    }

    /** Records that failed; they cost nothing. */
    public long failed() {
        return failed;
    }

    /** Records that were answered and did not report their usage whole. */
    public long inexact() {
        return inexact;
    }

    /** Whether nothing was asked for but text, so that tokens are all there is to bill. */
    boolean isTextOnly() {
        return isTextOnly;
    }

    /** The usage of those that did. */
    Usage exact() {
        return exact;
    }

    List<ChargeSum> sums() {
        return sums;
    }

    private void answer(RequestFacts request, UsageReading reading, long bytesOut) {
        answered++;
        isTextOnly &= request.work().equals(RequestedWork.NONE);
        PricedCall call = model.call(request);
        switch (reading) {
            case UsageReading.Exact of -> {
                exact = exact.plus(of.usage());
                Charge charge = model.prices().chargeIn(PricingMode.BATCH, call, of.usage());
                var kind = new ChargeSum.Kind(
                        EntryState.EXACT,
                        "complete",
                        charge.status(),
                        of.usage().attributes());
                add(new ChargeSum.Part(kind, charge, charge.cost(), request.bodyBytes(), bytesOut));
            }
            case UsageReading.Partial of ->
                estimated(call, of.estimate(), of.why(), request.work().mediaGiven(), bytesOut);
            case UsageReading.Absent of -> estimated(call, of.estimate(), of.why(), true, bytesOut);
        }
    }

    /** A guess; missing where something is billed besides that nobody told and nobody can guess. */
    private void estimated(PricedCall call, Usage guess, UsageGap why, boolean isMissing, long bytesOut) {
        inexact++;
        Charge charge = model.prices().chargeIn(PricingMode.BATCH, call, guess, true);
        Money worst = model.prices().worstCase(call);
        Map<String, String> attributes = guess.attributes();
        CostStatus status = isMissing ? CostStatus.USAGE_MISSING : charge.status();
        add(new ChargeSum.Part(
                new ChargeSum.Kind(EntryState.ESTIMATED, why.label(), status, attributes),
                charge,
                charge.cost().compareTo(worst) > 0 ? charge.cost() : worst,
                call.request().bodyBytes(),
                bytesOut));
    }

    private void add(ChargeSum.Part part) {
        for (ChargeSum sum : sums) {
            if (sum.tryAdd(part)) {
                return;
            }
        }
        ChargeSum sum = new ChargeSum(part.kind());
        sum.tryAdd(part);
        sums.add(sum);
    }
}
