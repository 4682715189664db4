package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.prices.Rerate;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code POST /v1/prices/rerate?from=TIME&to=TIME}: prices the calls of that time by the books in force; with {@code
 * dry-run=true} only tells what that would change.
 */
final class RerateResource implements AdminResource {
    private static final List<String> PARAMETERS = List.of("from", "to", "dry-run");

    private final Rerate rerate;
    private final Supplier<PriceBook> prices;

    RerateResource(Rerate rerate, Supplier<PriceBook> prices) {
        this.rerate = rerate;
        this.prices = prices;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(PARAMETERS);
        Rerate.Span span = Rerate.Span.parse(
                request.parameter("from").orElse(null), request.parameter("to").orElse(null));
        boolean isDryRun = switch (request.parameter("dry-run").orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("dry-run is true or false");
        };
        try {
            return AdminResponse.json(200, rerate.run(span, prices.get(), isDryRun));
        } catch (LedgerException e) {
            return AdminResponse.refusal(503, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean changes() {
        return true;
    }
}
