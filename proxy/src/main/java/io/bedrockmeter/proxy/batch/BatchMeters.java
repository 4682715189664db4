package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.Spending;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.StateMeters;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what becomes of batch jobs in meters, and tells whoever finds models of those that are not known. Thread-safe.
 *
 * @param meters shows costs
 * @param state shows how many jobs there are
 * @param spending tells budgets
 * @param lookedUp told of each identifier in use
 * @param unresolved told of each entry whose model is not known
 */
public record BatchMeters(
        MeterPublisher meters,
        StateMeters state,
        Spending spending,
        Consumer<String> lookedUp,
        Consumer<LedgerEntry> unresolved)
        implements BatchListener {
    private static final Logger log = LoggerFactory.getLogger(BatchMeters.class);

    @Override
    public void follows(String identifier) {
        lookedUp.accept(identifier);
    }

    /** The entry is safe; a meter that fails must not make it look otherwise. */
    @Override
    public void charged(LedgerEntry entry) {
        spending.counted(entry);
        try {
            meters.publishBatch(entry);
            if (entry.isUnresolved()) {
                unresolved.accept(entry);
            }
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("attempt", entry.intent().attemptId())
                    .setCause(e)
                    .log("a recorded entry of a batch job is missing from the meters, or waits in vain for its model");
        }
    }

    @Override
    public void disagreed(String model) {
        meters.usageDisagreed(model);
    }

    @Override
    public void standing(Map<String, Long> countByState) {
        state.batchJobs(countByState);
    }
}
