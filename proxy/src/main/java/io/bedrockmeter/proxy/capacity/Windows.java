package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.capacity.Hours;
import io.bedrockmeter.metering.ledger.Capacities;
import io.bedrockmeter.metering.ledger.CapacityUse;
import io.bedrockmeter.metering.ledger.CapacityWindow;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.proxy.capacity.CapacityAccrual.Surroundings;
import io.bedrockmeter.proxy.config.CapacityConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The windows of capacity that are over, charged one after the other. For one thread. */
final class Windows {
    private static final Logger log = LoggerFactory.getLogger(Windows.class);

    /** What calls used is read for so many hours at once. */
    private static final Duration READ_AT_ONCE = Duration.ofDays(7);

    private static final Set<CostStatus> WITHOUT_PRICE =
            EnumSet.of(CostStatus.UNPRICED_MODEL, CostStatus.UNPRICED_UNIT);

    private final Surroundings surroundings;
    private final Set<String> complaints = new HashSet<>();

    Windows(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Charges the hours of provisioned throughput that are over and not charged yet.
     *
     * @param told what its operator says of it; null if nothing
     * @param settledBefore what ended before this is all in the ledger
     */
    void charge(
            LedgerReader reader,
            Capacities.Counted counted,
            CapacityConfig.@Nullable Provisioned told,
            Instant settledBefore) {
        Holding holding = counted.holding();
        Instant hour = counted.lastWindow().map(last -> last.plus(Hours.LENGTH)).orElseGet(() -> Hours.first(holding));
        Instant end = Hours.end(holding, settledBefore);
        while (hour.isBefore(end)) {
            Instant readTo = hour.plus(READ_AT_ONCE).isBefore(end) ? hour.plus(READ_AT_ONCE) : end;
            Map<Instant, List<CapacityUse>> uses = uses(reader, holding.arn(), hour, readTo, Hours.LENGTH);
            for (; hour.isBefore(readTo); hour = hour.plus(Hours.LENGTH)) {
                CapacityBill bill = CapacityBill.provisioned(
                        holding,
                        hour,
                        told == null || told.team() == null ? CapacityBill.UNALLOCATED : told.team(),
                        told == null ? null : told.throughput(),
                        surroundings.prices().get());
                record(bill.window(hour, Hours.LENGTH, uses.getOrDefault(hour, List.of())));
            }
        }
    }

    /** What was used of a capacity, by window. */
    Map<Instant, List<CapacityUse>> uses(LedgerReader reader, String arn, Instant from, Instant to, Duration length) {
        return Capacities.uses(
                reader, arn, from, to, length, surroundings.longestCall().get());
    }

    /** Makes a window durable, and has its entries shown if they are new. */
    void record(CapacityWindow window) {
        await(surroundings.ledger().recordCapacity(window).thenApply(isNew -> {
            if (isNew) {
                window.entries().forEach(surroundings.charged());
            }
            return isNew;
        }));
        LedgerEntry any = window.entries().getFirst();
        if (WITHOUT_PRICE.contains(any.charge().status()) && complaints.add(window.arn())) {
            log.atWarn()
                    .addKeyValue("capacity", window.arn())
                    .addKeyValue("model", any.model())
                    .addKeyValue("terms", any.attributes())
                    .addKeyValue("status", any.charge().status().label())
                    .log(
                            "capacity is charged nothing because no price book has its price: add one under prices.books, then"
                                    + " run 'prices rerate'");
        }
    }

    static <T> void await(CompletionStage<T> recorded) {
        try {
            recorded.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LedgerException failure ? failure : e;
        }
    }
}
