package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.proxy.prices.Rerate;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the admin port answers from. Immutable.
 *
 * @param meters the meters
 * @param readiness asked anew for each request
 * @param prices the price book in force
 * @param clock which prices are in force
 * @param ledger the file that holds the proxy's calls
 * @param discounts what of list prices is not to be paid, at the moment
 * @param throughput what provisioned throughput can serve, by ARN, at the moment
 * @param budgets how budgets stand, at the moment
 * @param rerate prices those calls anew
 */
public record AdminResources(
        ScrapedMeters meters,
        Supplier<Readiness> readiness,
        Supplier<PriceBook> prices,
        InstantSource clock,
        Path ledger,
        Supplier<Discounts> discounts,
        Supplier<Map<String, Throughput>> throughput,
        Supplier<List<BudgetStatus>> budgets,
        Rerate rerate) {
    /** The paths of the admin port. */
    public Map<String, AdminResource> byPath() {
        Map<String, AdminResource> resources = new LinkedHashMap<>();
        resources.put("/metrics", new MetricsResource(meters));
        resources.put("/health/live", new LiveResource());
        resources.put("/health/ready", new ReadyResource(readiness));
        resources.put("/v1/usage", new UsageResource(ledger, discounts));
        resources.put("/v1/provisioned", new ProvisionedResource(ledger, prices, throughput));
        resources.put("/v1/budgets", new BudgetsResource(budgets));
        resources.put("/v1/prices", new PricesResource(prices, clock));
        resources.put("/v1/prices/rerate", new RerateResource(rerate, prices));
        return resources;
    }
}
