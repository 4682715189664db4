package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.report.UsageReport;
import io.bedrockmeter.metering.report.UsageTable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * {@code /v1/usage}: the proxy's own ledger, with the parameters of the command {@code usage}: {@code from}, {@code to},
 * {@code group-by}, and {@code format}, which is {@code json} or {@code csv}.
 */
final class UsageResource implements AdminResource {
    private static final List<String> PARAMETERS = List.of("from", "to", "group-by", "format");

    private final Path ledger;
    private final Supplier<Discounts> discounts;
    /** An answer reads the whole ledger, so questions wait for one another rather than take the cores from calls. */
    private final Semaphore turn = new Semaphore(1, true);

    UsageResource(Path ledger, Supplier<Discounts> discounts) {
        this.ledger = ledger;
        this.discounts = discounts;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(PARAMETERS);
        UsageQuery query = UsageQuery.parse(
                request.parameter("from"),
                request.parameter("to"),
                request.parameter("group-by").orElse("team,model"));
        boolean isCsv = isCsv(request.parameter("format").orElse("json"));
        UsageTable table = UsageTable.of(read(query));
        return isCsv
                ? AdminResponse.text("text/csv", csv(table))
                : AdminResponse.of(200, "application/json", (table.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private UsageReport read(UsageQuery query) {
        turn.acquireUninterruptibly();
        try {
            return UsageReport.read(ledger, query, discounts.get());
        } finally {
            turn.release();
        }
    }

    /** Whether a format is comma-separated values rather than JSON. */
    static boolean isCsv(String format) {
        return switch (format) {
            case "csv" -> true;
            case "json" -> false;
            default -> throw new IllegalArgumentException("there is no format '" + format + "'; give json or csv");
        };
    }

    private static String csv(UsageTable table) {
        StringWriter text = new StringWriter();
        try {
            table.writeCsv(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return text.toString();
    }
}
