package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.model.ModelRef;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once of each fine-tuned model that Bedrock refused why it did: only base models are sold on demand by their own id. Its answer does
 * not say so. Thread-safe.
 */
final class RefusedModels {
    private static final Logger log = LoggerFactory.getLogger(RefusedModels.class);

    /** So that whoever invents identifiers fills neither memory nor log. */
    private static final int TOLD_MAX = 1_000;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    void note(LedgerEntry entry, ModelRef model) {
        boolean isRefused =
                entry.state() == EntryState.NOT_BILLED && entry.httpStatus() >= 400 && entry.httpStatus() < 500;
        if (isRefused
                && model instanceof ModelRef.CustomModel
                && told.size() < TOLD_MAX
                && told.add(model.requested())) {
            log.atError()
                    .addKeyValue("model", model.requested())
                    .addKeyValue("status", entry.httpStatus())
                    .log(
                            "Bedrock refused a call to a fine-tuned model, which is not billed: such a model is not sold on demand"
                                    + " by its own id; deploy it (CreateCustomModelDeployment) or buy provisioned throughput for it,"
                                    + " and call the ARN of that");
        }
    }
}
