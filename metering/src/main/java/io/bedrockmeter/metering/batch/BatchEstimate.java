package io.bedrockmeter.metering.batch;

import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.usage.WireFormat;

/**
 * The most that a batch job can cost, by what it is given to do: the worst case of each of its records at the dearer of the rates
 * of batch and on demand. Confined to one thread.
 */
public final class BatchEstimate {
    private final BatchModel model;
    private Money worst = Money.ZERO;
    private long records;

    private BatchEstimate(BatchModel model) {
        this.model = model;
    }

    /**
     * An estimate of a job without records.
     *
     * @param format how its requests are written: {@link WireFormat#INVOKE_JSON} or {@link WireFormat#CONVERSE_JSON}
     */
    public static BatchEstimate open(BatchJob job, WireFormat format, PriceBook prices) {
        return new BatchEstimate(BatchModel.of(job, format, prices));
    }

    /** Adds one line of its input. A line that is no record is refused by Amazon Bedrock, and costs nothing. */
    public void add(byte[] line) {
        RecordLine record = RecordLine.of(line);
        if (record != null && record.input() != null) {
            worst = worst.plus(model.prices().worstCase(model.call(model.request(record.input()))));
            records++;
        }
    }

    /** The most that the records added can cost; zero where nothing has a price. */
    public Money worst() {
        return worst;
    }

    /** How many records were added. */
    public long records() {
        return records;
    }
}
