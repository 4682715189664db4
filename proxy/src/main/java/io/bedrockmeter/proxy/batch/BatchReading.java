package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.batch.BatchBill;
import io.bedrockmeter.metering.batch.BatchEstimate;
import io.bedrockmeter.metering.batch.BatchOutput;
import io.bedrockmeter.metering.batch.BatchTotals;
import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PriceBook;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files of one batch job: its input for what it may cost, its output for what it did. Waits; for one thread. */
final class BatchReading {
    private static final String INPUT_SUFFIX = ".jsonl";
    private static final String OUTPUT_SUFFIX = ".jsonl.out";
    private static final String MANIFEST = "manifest.json.out";

    private final BatchSource source;
    private final BatchJob job;
    private final BatchReport report;
    private final PriceBook prices;

    BatchReading(BatchSource source, BatchJob job, BatchReport report, PriceBook prices) {
        this.source = source;
        this.job = job;
        this.report = report;
        this.prices = prices;
    }

    /**
     * The most that the job can cost; zero where it does not say what it reads.
     *
     * @throws BatchSourceException if its input cannot be read
     */
    Money worst() {
        BatchEstimate estimate = BatchEstimate.open(job, report.format(), prices);
        S3Place input = report.input();
        if (input != null) {
            boolean isFolder = input.key().isEmpty() || input.key().endsWith("/");
            for (String key : source.keys(input)) {
                if (key.equals(input.key()) || (isFolder && key.endsWith(INPUT_SUFFIX))) {
                    source.read(input.at(key), new BatchSource.LineSink() {
                        @Override
                        public void line(byte[] line) {
                            estimate.add(line);
                        }

                        @Override
                        public void tooLong() {
                            // Bedrock refuses it for its length.
                        }
                    });
                }
            }
        }
        return estimate.worst();
    }

    /**
     * What a job came to.
     *
     * @param entries its entries
     * @param contradicted what Amazon Bedrock counted, where its records report something else; null if they do not
     */
    record Result(List<LedgerEntry> entries, @Nullable BatchTotals contradicted) {}

    /**
     * What the job came to.
     *
     * @throws BatchSourceException if its output cannot be read
     */
    Result result(Instant endedAt) {
        BatchBill bill = BatchBill.open(job, report.format(), prices);
        BatchTotals totals = report.totals();
        S3Place output = report.output();
        if (output != null) {
            S3Place folder = output.within(job.arn().substring(job.arn().lastIndexOf('/') + 1) + "/");
            for (String key : source.keys(folder)) {
                if (key.endsWith(OUTPUT_SUFFIX)) {
                    bill.add(output(bill, folder.at(key)));
                } else if (key.equals(folder.key() + MANIFEST)) {
                    totals = manifest(folder.at(key), totals);
                }
            }
        }
        boolean isSomethingFound = bill.answered() + bill.failed() > 0;
        return new Result(
                bill.entries(totals, isSomethingFound || !report.isCompleted(), endedAt),
                bill.contradicts(totals) ? totals : null);
    }

    /** What it is charged though its output cannot be read. */
    Result resultUnread(Instant endedAt) {
        return new Result(BatchBill.open(job, report.format(), prices).entries(report.totals(), false, endedAt), null);
    }

    private BatchOutput output(BatchBill bill, S3Place object) {
        BatchOutput output = bill.output(object.toString());
        source.read(object, new BatchSource.LineSink() {
            @Override
            public void line(byte[] line) {
                output.add(line);
            }

            @Override
            public void tooLong() {
                output.addUnreadable();
            }
        });
        return output;
    }

    private BatchTotals manifest(S3Place object, BatchTotals otherwise) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        source.read(object, new BatchSource.LineSink() {
            @Override
            public void line(byte[] line) {
                whole.writeBytes(line);
            }

            @Override
            public void tooLong() {
                // It is no manifest, then; what the job itself tells has to do.
            }
        });
        return BatchTotals.parse(whole.toByteArray()).orElse(otherwise);
    }
}
