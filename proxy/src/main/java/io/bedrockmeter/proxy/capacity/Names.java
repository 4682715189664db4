package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.meters.HoldingFigures;
import io.bedrockmeter.metering.meters.MeterLabel;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.proxy.config.CapacityConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Provisioned throughput as people call it. Immutable. */
final class Names {
    private final Map<String, String> nameByArn = new HashMap<>();
    private final Map<String, CapacityConfig.Provisioned> toldByArn = new HashMap<>();

    Names(CapacityConfig config) {
        config.provisioned().forEach((name, each) -> {
            nameByArn.put(each.arn(), name);
            toldByArn.put(each.arn(), each);
        });
    }

    /** What meters show of it. */
    HoldingFigures figures(Holding holding, PriceBook prices, Instant now) {
        String arn = holding.arn();
        CapacityConfig.Provisioned told = toldByArn.get(arn);
        Throughput throughput = told == null ? null : told.throughput();
        CapacityBill bill = CapacityBill.provisioned(holding, now, CapacityBill.UNALLOCATED, throughput, prices);
        ResolvedModel model = bill.model();
        return new HoldingFigures(
                nameByArn.getOrDefault(arn, arn.substring(arn.lastIndexOf('/') + 1)),
                model == null ? MeterLabel.OTHER : model.id(),
                holding.terms().commitment(),
                holding.terms().units(),
                bill.perSold(now),
                holding.terms().expiresAt(),
                throughput == null ? null : throughput.inputPerMinute(),
                throughput == null ? null : throughput.outputPerMinute());
    }
}
