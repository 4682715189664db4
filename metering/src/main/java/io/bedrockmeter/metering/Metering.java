package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.RequestHead;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.ResponseHead;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReaders;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The façade of this module: <em>read</em> a request, <em>admit</em> the call, <em>open</em> a reader for its answer,
 * <em>settle</em> what it came to. Thread-safe; no method waits.
 */
public final class Metering {
    private static final Logger log = LoggerFactory.getLogger(Metering.class);

    private final Ledger ledger;
    private final Supplier<PriceBook> prices;
    private final LongSupplier sessionTokensMax;
    private final MeterPublisher meters;
    private final Consumer<LedgerEntry> onUnresolved;
    private final RefusedModels refusedModels = new RefusedModels();
    private final UnpricedModels unpricedModels = new UnpricedModels();

    /**
     * Metering over a ledger.
     *
     * @param ledger where calls are recorded
     * @param prices the price book in force
     * @param sessionTokensMax tokens of input that a session is reserved for at most, whatever its model takes
     * @param meters what is told of each recorded call
     * @param onUnresolved told of each recorded call whose model is not known, on the ledger's thread; must not wait
     */
    public Metering(
            Ledger ledger,
            Supplier<PriceBook> prices,
            LongSupplier sessionTokensMax,
            MeterPublisher meters,
            Consumer<LedgerEntry> onUnresolved) {
        this.ledger = ledger;
        this.prices = prices;
        this.sessionTokensMax = sessionTokensMax;
        this.meters = meters;
        this.onUnresolved = onUnresolved;
    }

    /**
     * Decides whether a call may go out, and if so records its intent.
     *
     * <p>Room in the ledger is taken first, so that overload and a failed disk are clean refusals before money is spent.
     */
    public Admission admit(Invocation invocation) {
        if (!ledger.tryTakeSlot()) {
            return refusal(ledger.health());
        }
        AdmittedCall call;
        try {
            PriceBook book = prices.get();
            call = new AdmittedCall(invocation, intentOf(invocation, book), book);
        } catch (RuntimeException e) {
            ledger.returnSlot();
            throw e;
        }
        meters.callStarted();
        CompletionStage<Void> recorded = ledger.recordIntent(call.intent());
        return new Admission.Admitted(call, recorded.whenComplete((nothing, failure) -> {
            if (failure != null) {
                meters.callEnded();
            }
        }));
    }

    /**
     * Counts a call that was refused before it could be admitted.
     *
     * @param reason a label from a closed set of the proxy's own
     */
    public void countRefusal(String reason) {
        meters.callRefused(reason);
    }

    /**
     * Opens the reader of a request's body; confined to the thread that shows it the body.
     *
     * @param model the model that the path names; null where the body does
     * @param head the request's head; not kept
     */
    public RequestReader read(WireFormat format, @Nullable ModelRef model, RequestHead head) {
        return RequestReader.open(format, model, head, prices.get()::named);
    }

    /** Opens the reader of a call's answer; confined to the thread that shows it the answer. */
    public UsageReader open(AdmittedCall call, ResponseHead head) {
        Invocation invocation = call.invocation();
        return UsageReaders.open(invocation.wireFormat(), invocation.model(), invocation.request(), head);
    }

    /**
     * Prices a call and records its entry. Called exactly once for each admitted call whose intent was recorded.
     *
     * @param reading what was read of its answer; {@link UsageReading.Absent} if there was none
     * @param outcome how it ended
     */
    public Settlement settle(AdmittedCall call, UsageReading reading, Outcome outcome) {
        LedgerEntry entry = billedAs(
                call, reading.served(), Verdict.of(call, reading, outcome).entry(call, outcome));
        CompletionStage<Void> recorded = ledger.recordEntry(entry).whenComplete((nothing, failure) -> {
            meters.callEnded();
            if (failure == null) {
                publish(entry, reading, outcome);
                refusedModels.note(entry, call.invocation().model());
                unpricedModels.note(entry, call);
            }
        });
        return new Settlement(entry, recorded);
    }

    /** Of a router's call only the answer tells which model ran. */
    private static LedgerEntry billedAs(AdmittedCall call, Served served, LedgerEntry entry) {
        if (served.invokedModelId() == null) {
            return entry;
        }
        return call.prices()
                .resolve(call.invocation().model(), served)
                .filter(ran -> !ran.id().equals(entry.intent().model())
                        || !ran.routing().label().equals(entry.intent().routing()))
                .map(entry::billedAs)
                .orElse(entry);
    }

    /** The entry is safe; a meter that fails must not make it look otherwise. */
    private void publish(LedgerEntry entry, UsageReading reading, Outcome outcome) {
        try {
            meters.publish(entry, outcome);
            if (reading.disagreed()) {
                meters.usageDisagreed(entry.model());
            }
            if (entry.isUnresolved()) {
                onUnresolved.accept(entry);
            }
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("attempt", entry.intent().attemptId())
                    .setCause(e)
                    .log("a recorded call is missing from the meters, or waits in vain for its model");
        }
    }

    private LedgerIntent intentOf(Invocation invocation, PriceBook book) {
        PricedCall priced = pricedCall(invocation);
        Optional<ResolvedModel> model = book.resolve(invocation.model(), Served.SILENT);
        return new LedgerIntent(
                invocation.attemptId(),
                invocation.startedAt(),
                invocation.account(),
                invocation.operation(),
                invocation.model().requested(),
                model.map(ResolvedModel::id).orElse(invocation.model().requested()),
                invocation.region(),
                model.map(ResolvedModel::routing)
                        .orElse(invocation.model().routing())
                        .label(),
                priced.modeRequested().label(),
                book.worstCase(priced, sessionTokensMax.getAsLong()),
                book.version(),
                invocation.sdkInvocationId(),
                invocation.request().bodyBytes());
    }

    static PricedCall pricedCall(Invocation invocation) {
        return new PricedCall(
                invocation.model(),
                invocation.region(),
                invocation.endpoint(),
                invocation.wireFormat(),
                invocation.request(),
                invocation.startedAt());
    }

    private static Admission.Refused refusal(LedgerHealth health) {
        return switch (health) {
            case OK, BUSY ->
                new Admission.Refused(
                        Admission.Reason.OVERLOADED,
                        "As many calls are in flight as the ledger has room for (ledger.slots). Try again.");
            case DISK_FULL -> unavailable("The ledger's disk is full, so no call is taken that could not be recorded.");
            case FAILED -> unavailable("The ledger failed to write, so no call is taken; the proxy is restarting.");
            case CLOSED -> unavailable("The proxy is stopping.");
        };
    }

    private static Admission.Refused unavailable(String message) {
        return new Admission.Refused(Admission.Reason.LEDGER_UNAVAILABLE, message);
    }
}
