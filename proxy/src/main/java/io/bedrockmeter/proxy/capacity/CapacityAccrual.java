package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.ledger.Capacities;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.meters.HoldingFigures;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.config.CapacityConfig;
import io.bedrockmeter.proxy.config.CapacityConfig.Accrual;
import io.bedrockmeter.proxy.control.IdentifierResolver.Pause;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charges capacity that is paid by time, from {@link #start} on; {@link #round} may be called by any thread and waits for the network
 * and the disk.
 *
 * <p>What is known of it is in the ledger, so whatever a process leaves is charged by the next, and nothing twice.
 */
public final class CapacityAccrual implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CapacityAccrual.class);

    /** Entries are in the ledger within moments of the end of their calls; those of a window must all be. */
    static final Duration GRACE = Duration.ofSeconds(60);

    private static final Duration LOOK_BACK = Duration.ofHours(1);
    private static final String PROVISIONED = "provisioned-model/";

    private final Surroundings surroundings;
    private final Windows windows;
    private final ImportedModels imported;
    private final Set<String> complaints = new HashSet<>();
    private Set<String> present = Set.of();
    private @Nullable Instant looked;
    private final Thread thread;

    /** An accrual; does nothing until it is started, or asked for a round. */
    public CapacityAccrual(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.windows = new Windows(surroundings);
        this.imported = new ImportedModels(surroundings, windows);
        this.thread = Thread.ofVirtual().name("capacity").unstarted(this::run);
    }

    /**
     * What an accrual works with.
     *
     * @param config which capacity there is, at the moment
     * @param source whom to ask, at the moment
     * @param ledger where it is recorded
     * @param file its file
     * @param prices the book in force
     * @param region where the account's capacity is
     * @param longestCall how long a call can take
     * @param charged told of each entry once it is durable, on the ledger's thread
     * @param shown told of the provisioned throughput that there is
     * @param clock tells which windows are over
     * @param pause waits between rounds
     */
    public record Surroundings(
            Supplier<CapacityConfig> config,
            Supplier<CapacitySource> source,
            Ledger ledger,
            Path file,
            Supplier<PriceBook> prices,
            String region,
            Supplier<Duration> longestCall,
            Consumer<LedgerEntry> charged,
            Consumer<Collection<HoldingFigures>> shown,
            InstantSource clock,
            Pause pause) {}

    /** Begins the rounds. */
    public void start() {
        thread.start();
    }

    /** Ends the rounds; waits for the one that runs. What it left the next process does. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                tryRound();
                surroundings.pause().of(surroundings.config().get().pollInterval());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One round that fails must not be the last. */
    private void tryRound() {
        try {
            round();
        } catch (LedgerException e) {
            log.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("capacity cannot be charged at the moment; what is due stays due");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("capacity could not be charged; what is due stays due");
        }
    }

    /**
     * Looks what there is, and charges what is over.
     *
     * @throws LedgerException if the ledger can be read or written no further; what was written by then stands
     */
    public synchronized void round() {
        CapacityConfig config = surroundings.config().get();
        if (config.accrual() == Accrual.ELSEWHERE) {
            surroundings.shown().accept(Set.of());
            return;
        }
        Instant now = Instant.ofEpochMilli(surroundings.clock().millis());
        Map<String, Holding> seen = see(config, now);
        for (Holding holding : seen.values()) {
            Windows.await(surroundings.ledger().recordHolding(holding));
        }
        Map<String, CapacityConfig.Provisioned> told = byArn(config);
        Names names = new Names(config);
        try (LedgerReader reader = LedgerReader.open(surroundings.file())) {
            Set<String> known = new HashSet<>();
            for (Capacities.Counted counted : Capacities.holdings(reader)) {
                known.add(counted.holding().arn());
                windows.charge(reader, counted, told.get(counted.holding().arn()), now.minus(GRACE));
            }
            imported.charge(reader, config, now);
            warnOfOthers(reader, known, now);
        }
        tellWhatIsGone(seen.keySet());
        surroundings
                .shown()
                .accept(seen.values().stream()
                        .map(holding ->
                                names.figures(holding, surroundings.prices().get(), now))
                        .toList());
    }

    /** What is there now; what an operator says goes first. */
    private Map<String, Holding> see(CapacityConfig config, Instant now) {
        Map<String, Holding> seen = new TreeMap<>();
        if (config.accrual() == Accrual.DISCOVERED) {
            try {
                for (CapacitySource.Found found : surroundings.source().get().provisioned()) {
                    // A clock that is ahead of ours must not make it created in our future.
                    Instant created = found.createdAt().isBefore(now) ? found.createdAt() : now;
                    Instant from = Instant.ofEpochMilli(created.toEpochMilli());
                    seen.put(found.arn(), new Holding(found.arn(), found.terms(), from, now, now));
                }
                complaints.remove("list");
            } catch (CapacitySourceException e) {
                if (complaints.add("list")) {
                    log.atWarn()
                            .addKeyValue("action", e.action())
                            .addKeyValue("answer", e.getMessage())
                            .log(
                                    "provisioned throughput is not charged because the proxy cannot see it: allow its role the"
                                            + " action, or declare it under prices.capacity.provisioned");
                }
            }
        }
        for (CapacityConfig.Provisioned each : config.provisioned().values()) {
            CapacityConfig.Bought bought = each.bought();
            if (bought != null) {
                Instant since = bought.since().atStartOfDay(ZoneOffset.UTC).toInstant();
                Instant last = bought.until() == null
                        ? now
                        : earlier(
                                now,
                                bought.until()
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant()
                                        .minusMillis(1));
                if (!last.isBefore(since)) {
                    seen.put(each.arn(), new Holding(each.arn(), terms(bought), since, since, last));
                }
            }
        }
        return seen;
    }

    private Holding.Terms terms(CapacityConfig.Bought bought) {
        return new Holding.Terms(
                bought.model(), bought.fineTuned(), bought.units(), bought.commitment(), surroundings.region(), null);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Map<String, CapacityConfig.Provisioned> byArn(CapacityConfig config) {
        Map<String, CapacityConfig.Provisioned> byArn = new TreeMap<>();
        config.provisioned().values().forEach(each -> byArn.put(each.arn(), each));
        return byArn;
    }

    /** Calls on capacity cost nothing by themselves, so it must be noticed where nobody charges the capacity. */
    private void warnOfOthers(LedgerReader reader, Set<String> known, Instant now) {
        Instant since = looked == null ? now.minus(LOOK_BACK) : looked;
        looked = now.minus(GRACE);
        for (String arn : Capacities.named(reader, PROVISIONED, since)) {
            if (!known.contains(arn) && complaints.add(arn)) {
                log.atWarn()
                        .addKeyValue("provisioned_model", arn)
                        .log("calls use provisioned throughput that nobody charges: declare it under"
                                + " prices.capacity.provisioned, or set prices.capacity.accrual to discovered, or to elsewhere"
                                + " if another replica does");
            }
        }
    }

    private void tellWhatIsGone(Set<String> seen) {
        if (complaints.contains("list")) {
            return;
        }
        for (String arn : present) {
            if (!seen.contains(arn)) {
                log.atInfo()
                        .addKeyValue("provisioned_model", arn)
                        .log("provisioned throughput is gone; it is charged up to the hour in which it was last seen");
            }
        }
        present = Set.copyOf(seen);
    }
}
