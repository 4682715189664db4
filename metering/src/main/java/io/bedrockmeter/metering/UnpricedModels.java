package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.LikelyModel;
import io.bedrockmeter.metering.pricing.PriceBook;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once of each model whose calls have no price what is missing, and by which prices it is perhaps billed, which is for
 * people to decide. Thread-safe.
 */
final class UnpricedModels {
    private static final Logger log = LoggerFactory.getLogger(UnpricedModels.class);

    /** So that whoever invents identifiers fills neither memory nor log. */
    private static final int TOLD_MAX = 1_000;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    void note(LedgerEntry entry, AdmittedCall call) {
        String model = entry.model();
        boolean namesIt = call.invocation().model().catalogueId().isPresent();
        if (entry.charge().status() != CostStatus.UNPRICED_MODEL
                || !namesIt
                || told.size() >= TOLD_MAX
                || !told.add(model)) {
            return;
        }
        PriceBook prices = call.prices();
        if (prices.knows(model)) {
            log.atWarn()
                    .addKeyValue("model", model)
                    .addKeyValue("region", entry.intent().region())
                    .addKeyValue("mode", entry.charge().mode().label())
                    .addKeyValue("prices", prices.version())
                    .log(
                            "calls have no price: the price books have some for this model, but not for where and how it was"
                                    + " called; 'prices show' lists them");
            return;
        }
        List<LikelyModel> likely = LikelyModel.of(model, prices.modelIds());
        log.atWarn()
                .addKeyValue("model", model)
                .addKeyValue("perhaps", likely)
                .addKeyValue("prices", prices.version())
                .log(
                        "calls have no price, because the price books do not have their model: add it to a book of your own, or"
                                + " name in prices.aliases the model whose prices it has; nothing was assumed");
    }
}
