package io.bedrockmeter.metering;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.BudgetHold;
import io.bedrockmeter.metering.budget.BudgetRefusal;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.CostBound;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.rate.RateDecision;
import io.bedrockmeter.metering.rate.RateHold;
import io.bedrockmeter.metering.rate.RateLimiter;
import io.bedrockmeter.metering.rate.RateRefusal;
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
import java.util.concurrent.atomic.AtomicLong;
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
    private final RateLimiter rates;
    private final Spending spending;
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
     * @param rates how often, how much and how many at once accounts and keys may call
     * @param spending asks budgets for the money of each call
     * @param meters what is told of each recorded call
     * @param onUnresolved told of each recorded call whose model is not known, on the ledger's thread; must not wait
     */
    public Metering(
            Ledger ledger,
            Supplier<PriceBook> prices,
            LongSupplier sessionTokensMax,
            RateLimiter rates,
            Spending spending,
            MeterPublisher meters,
            Consumer<LedgerEntry> onUnresolved) {
        this.ledger = ledger;
        this.prices = prices;
        this.sessionTokensMax = sessionTokensMax;
        this.rates = rates;
        this.spending = spending;
        this.meters = meters;
        this.onUnresolved = onUnresolved;
    }

    /**
     * Decides whether a call may go out, and if so records its intent.
     *
     * <p>Room in the ledger is taken first, so that overload and a failed disk are clean refusals before money is spent. Then what the
     * call asks for of limits of rate is taken, and then the money that it may cost of its budgets: all of it or nothing. Both are given
     * back once, whatever becomes of the call.
     */
    public Admission admit(Invocation invocation) {
        if (!ledger.tryTakeSlot()) {
            return refusal(ledger.health());
        }
        AdmittedCall call;
        RateHold hold = RateHold.NONE;
        try {
            PriceBook book = prices.get();
            switch (decision(invocation, book)) {
                case RateRefusal no -> {
                    ledger.returnSlot();
                    return refusal(invocation.account(), no);
                }
                case RateHold yes -> hold = yes;
            }
            CostBound bound = book.bound(pricedCall(invocation), sessionTokensMax.getAsLong());
            LedgerIntent intent = intentOf(invocation, book, bound);
            switch (spending.reserve(intent, bound)) {
                case BudgetRefusal no -> {
                    hold.undo();
                    ledger.returnSlot();
                    return new Admission.Refused(Admission.Reason.BUDGET, no.message(), null);
                }
                case BudgetHold money -> call = new AdmittedCall(invocation, intent, book, hold, money);
            }
        } catch (RuntimeException e) {
            hold.undo();
            ledger.returnSlot();
            throw e;
        }
        meters.callStarted();
        CompletionStage<Void> recorded = ledger.recordIntent(call.intent());
        return new Admission.Admitted(call, recorded.whenComplete((nothing, failure) -> {
            if (failure != null) {
                call.hold().undo();
                call.money().release();
                meters.callEnded();
            }
        }));
    }

    private RateDecision decision(Invocation invocation, PriceBook book) {
        return rates.isUnlimited(invocation.allowance())
                ? RateHold.NONE
                : rates.hold(invocation.account(), invocation.allowance(), book.quotaAtStart(pricedCall(invocation)));
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
        LedgerEntry entry = entry(call, reading, outcome);
        call.money().recording(entry.intent().attemptId());
        AtomicLong leftPicos = new AtomicLong(Settlement.NO_BUDGET);
        CompletionStage<Void> recorded = ledger.recordEntry(entry).whenComplete((nothing, failure) -> {
            meters.callEnded();
            if (failure == null) {
                leftPicos.set(spending.settle(call.money(), entry));
                publish(entry, reading, outcome);
                refusedModels.note(entry, call.invocation().model());
                unpricedModels.note(entry, call);
            }
        });
        return new Settlement(entry, recorded, leftPicos::get);
    }

    /** What it held is given back here, before its caller hears the end and may call again. */
    private static LedgerEntry entry(AdmittedCall call, UsageReading reading, Outcome outcome) {
        long tokens = 0;
        try {
            Verdict verdict = Verdict.of(call, reading, outcome);
            if (call.hold() != RateHold.NONE) {
                tokens = call.prices().quotaAtEnd(pricedCall(call.invocation()), reading.served(), verdict.usage());
            }
            return billedAs(call, reading.served(), verdict.entry(call, outcome));
        } finally {
            call.hold().settle(tokens);
        }
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

    private static LedgerIntent intentOf(Invocation invocation, PriceBook book, CostBound bound) {
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
                pricedCall(invocation).modeRequested().label(),
                bound.most(),
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

    private Admission.Refused refusal(AccountId account, RateRefusal no) {
        meters.rateRefused(account.team(), no.limit(), no.limited());
        return new Admission.Refused(Admission.Reason.RATE_LIMITED, no.message(), no.retryAfter());
    }

    private static Admission.Refused refusal(LedgerHealth health) {
        return switch (health) {
            case OK, BUSY ->
                new Admission.Refused(
                        Admission.Reason.OVERLOADED,
                        "As many calls are in flight as the ledger has room for (ledger.slots). Try again.",
                        null);
            case DISK_FULL -> unavailable("The ledger's disk is full, so no call is taken that could not be recorded.");
            case FAILED -> unavailable("The ledger failed to write, so no call is taken; the proxy is restarting.");
            case CLOSED -> unavailable("The proxy is stopping.");
        };
    }

    private static Admission.Refused unavailable(String message) {
        return new Admission.Refused(Admission.Reason.LEDGER_UNAVAILABLE, message, null);
    }
}
