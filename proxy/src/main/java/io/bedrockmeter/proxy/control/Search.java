package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.ledger.UnresolvedCalls;
import io.bedrockmeter.metering.model.ModelRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search for one identifier's model: asks until it is told, then has the calls corrected that waited, and those that were
 * on their way meanwhile. Runs on a thread of its own; {@link #correctFrom} is for any thread.
 */
final class Search implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Search.class);
    private static final Duration ASK_AGAIN = Duration.ofHours(1);
    private static final int CALLS_AT_ONCE = 256;

    private final ModelRef ref;
    private final IdentifierResolver resolver;
    private final Backoff backoff;
    private final Semaphore news = new Semaphore(0);
    private @Nullable String from;
    private boolean isKnown;

    Search(ModelRef ref, IdentifierResolver resolver, Backoff backoff) {
        this.ref = ref;
        this.resolver = resolver;
        this.backoff = backoff;
    }

    /** Wants the calls corrected from the one of this attempt id on. */
    void correctFrom(String attemptId) {
        synchronized (this) {
            if (from != null && from.compareTo(attemptId) <= 0) {
                return;
            }
            from = attemptId;
        }
        news.release();
    }

    @Override
    public void run() {
        try {
            while (true) {
                if (!findModel()) {
                    return;
                }
                correctUntilItIsTimeToAskAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("identifier", ref.requested())
                    .setCause(e)
                    .log("the search for a model failed; its calls stay without a price until the next start");
        }
    }

    /** Asks until there is an answer. False if there is none and nobody waits for it. */
    private boolean findModel() throws InterruptedException {
        while (true) {
            Finding finding = resolver.ask(ref);
            switch (finding) {
                case Finding.Model found -> {
                    resolver.learn(ref.requested(), found);
                    isKnown = true;
                    backoff.reset();
                    return true;
                }
                case Finding.Nothing nothing -> {
                    if (isKnown) {
                        return true;
                    }
                    if (resolver.forgetUnlessAwaited(ref.requested())) {
                        return false;
                    }
                    resolver.complain(nothing, ref.requested());
                    pause(nothing.why().isPassing() ? backoff.afterPassing() : backoff.afterLasting());
                }
            }
        }
    }

    private void correctUntilItIsTimeToAskAgain() throws InterruptedException {
        while (true) {
            String first = take();
            if (first == null) {
                if (!ControlPlane.canChange(ref)) {
                    news.acquire();
                } else if (!news.tryAcquire(ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } else if (correct(first)) {
                backoff.reset();
            } else {
                correctFrom(first);
                pause(backoff.afterPassing());
            }
        }
    }

    /** Corrects every call from one on. Whether all are corrected. */
    private boolean correct(String first) {
        try (LedgerReader reader = LedgerReader.open(resolver.surroundings().ledger())) {
            String at = first;
            while (true) {
                List<StandingEntry> calls = UnresolvedCalls.of(reader, ref.requested(), at, CALLS_AT_ONCE);
                boolean anyIsNew = correct(calls);
                if (!anyIsNew || calls.size() < CALLS_AT_ONCE) {
                    return true;
                }
                at = calls.get(calls.size() - 1).entry().intent().attemptId();
            }
        } catch (LedgerException | CompletionException e) {
            log.atWarn()
                    .addKeyValue("identifier", ref.requested())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("calls could not be priced anew; trying again");
            return false;
        }
    }

    private boolean correct(List<StandingEntry> calls) {
        List<CompletableFuture<Boolean>> corrections = new ArrayList<>();
        for (StandingEntry call : calls) {
            corrections.add(resolver.surroundings().repricing().reprice(call).toCompletableFuture());
        }
        boolean anyIsNew = false;
        for (CompletableFuture<Boolean> correction : corrections) {
            anyIsNew |= correction.join();
        }
        return anyIsNew;
    }

    /** Whether calls wait. */
    synchronized boolean isAwaited() {
        return from != null;
    }

    private synchronized @Nullable String take() {
        String first = from;
        from = null;
        return first;
    }

    private void pause(Duration duration) throws InterruptedException {
        resolver.surroundings().pause().of(duration);
    }
}
