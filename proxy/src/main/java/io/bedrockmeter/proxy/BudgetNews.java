package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetListener;
import io.bedrockmeter.metering.budget.BudgetRefusal;
import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.meters.BudgetMeters;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what budgets have no room for, and logs the thresholds that spending reaches. */
record BudgetNews(BudgetMeters meters) implements BudgetListener {
    private static final Logger log = LoggerFactory.getLogger(BudgetNews.class);

    /** Each is told once a period, so that a thread for each does no harm; whoever spends must not wait for the log. */
    @Override
    public void onThreshold(BudgetStatus status, int percent) {
        Thread.ofVirtual().name("budget-news").start(() -> log(status, percent));
    }

    @Override
    public void onOverrun(Budget budget, boolean wasRefused, BudgetRefusal.Reason reason) {
        meters.overrun(budget, wasRefused);
    }

    private static void log(BudgetStatus status, int percent) {
        Budget budget = status.budget();
        boolean ends = status.span().endMillis() != Long.MAX_VALUE;
        log.atWarn()
                .addKeyValue("budget", budget.name())
                .addKeyValue("of", status.subject().isEmpty() ? "all" : status.subject())
                .addKeyValue("percent", percent)
                .addKeyValue("spent", budget.unit().told(status.spent()))
                .addKeyValue("limit", budget.unit().told(status.limit()))
                .addKeyValue("ends", ends ? Instant.ofEpochMilli(status.span().endMillis()) : "never")
                .log("spending has reached a threshold of its budget");
    }
}
