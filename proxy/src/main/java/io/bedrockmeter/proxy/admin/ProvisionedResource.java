package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.report.ProvisionedReport;
import io.bedrockmeter.metering.report.UsageQuery;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * {@code /v1/provisioned}: what provisioned throughput cost and whether it paid, with the parameters of the command {@code
 * provisioned}: {@code from}, {@code to}, and {@code format}, which is {@code json} or {@code csv}.
 */
final class ProvisionedResource implements AdminResource {
    private static final List<String> PARAMETERS = List.of("from", "to", "format");

    private final Path ledger;
    private final Supplier<PriceBook> prices;
    private final Supplier<Map<String, Throughput>> throughput;
    /** As with usage: questions wait for one another rather than take the cores from calls. */
    private final Semaphore turn = new Semaphore(1, true);

    ProvisionedResource(Path ledger, Supplier<PriceBook> prices, Supplier<Map<String, Throughput>> throughput) {
        this.ledger = ledger;
        this.prices = prices;
        this.throughput = throughput;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(PARAMETERS);
        UsageQuery query = UsageQuery.parse(request.parameter("from"), request.parameter("to"), "");
        boolean isCsv = UsageResource.isCsv(request.parameter("format").orElse("json"));
        ProvisionedReport report = read(query);
        return isCsv
                ? AdminResponse.text("text/csv", csv(report))
                : AdminResponse.of(200, "application/json", (report.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private ProvisionedReport read(UsageQuery query) {
        turn.acquireUninterruptibly();
        try {
            return ProvisionedReport.read(ledger, query, throughput.get(), prices.get());
        } finally {
            turn.release();
        }
    }

    private static String csv(ProvisionedReport report) {
        StringWriter text = new StringWriter();
        try {
            report.writeCsv(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return text.toString();
    }
}
