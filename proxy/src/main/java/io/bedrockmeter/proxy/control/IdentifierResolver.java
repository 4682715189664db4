package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.Repricing;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.UnresolvedCalls;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which model is behind each identifier that calls used, and has those calls priced. Thread-safe.
 *
 * <p>{@link #onUnresolved}, {@link #lookUp} and {@link #start} only leave word; all else happens on virtual threads, one for each identifier.
 */
public final class IdentifierResolver implements AutoCloseable {
    /*
     * Only identifiers that Bedrock has served are asked about, so that whoever invents some costs one refused call each and
     * no look-up.
     *
     * Answers are kept while the process runs, and are not written down: after a restart the identifiers that the ledger has
     * seen resolved are asked about again at once, before most of them are used.
     *
     * Nothing is lost in between. A call that waits for its model is a row of the ledger that says so; whoever finds the model,
     * in this process or the next, corrects the rows from the first one on that it was told of.
     */
    private static final Logger log = LoggerFactory.getLogger(IdentifierResolver.class);

    static final int IDENTIFIERS_MAX = 10_000;

    private static final int QUESTIONS_AT_ONCE = 4;

    private final Surroundings surroundings;
    private final Map<String, Search> searches = new ConcurrentHashMap<>();
    private final Map<String, ModelRef> known = new HashMap<>();
    private final Set<String> complaints = ConcurrentHashMap.newKeySet();
    private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("resolver-", 0).factory());

    /** A resolver; does nothing until it is told something. */
    public IdentifierResolver(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * What a resolver works with.
     *
     * @param controlPlane whom to ask, at the moment
     * @param ledger the file of the ledger
     * @param repricing corrects calls
     * @param learnt told of all that is known, each time that something was learnt
     * @param counted told of each question: the operation, and what came of it
     * @param pause waits
     * @param random for the length of pauses
     */
    public record Surroundings(
            Supplier<ControlPlane> controlPlane,
            Path ledger,
            Repricing repricing,
            Consumer<Map<String, ModelRef>> learnt,
            BiConsumer<String, String> counted,
            Pause pause,
            RandomGenerator random) {}

    /** Waits for a while, or until its thread is interrupted. */
    @FunctionalInterface
    public interface Pause {
        /** By the process's own clock. */
        Pause SLEEP = Thread::sleep;

        /** Waits. */
        void of(Duration duration) throws InterruptedException;
    }

    /** Takes up what earlier processes left, in the background. */
    public void start() {
        threads.execute(this::readLedger);
    }

    /** A call was recorded whose model is not known. */
    public void onUnresolved(LedgerEntry entry) {
        search(entry.intent().modelRequested(), entry.intent().attemptId());
    }

    /** Something is on its way that will have to be priced by the model behind an identifier. */
    public void lookUp(String identifier) {
        search(identifier, null);
    }

    /** Stops asking. What is not corrected yet the next process corrects. Waits for questions that are on their way. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void readLedger() {
        try (LedgerReader reader = LedgerReader.open(surroundings.ledger())) {
            UnresolvedCalls.firstByIdentifier(reader).forEach(this::search);
            for (String identifier : UnresolvedCalls.identifiersResolvedBefore(reader, IDENTIFIERS_MAX)) {
                search(identifier, null);
            }
        } catch (LedgerException e) {
            log.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("calls that an earlier process left without a model stay so until the next start");
        }
    }

    /** Begins the search for an identifier, if there is none, and has it correct calls from one on. */
    private void search(String identifier, @Nullable String firstCall) {
        ModelRef ref = ModelRef.parse(identifier);
        if (!ControlPlane.knows(ref)) {
            return;
        }
        if (searches.size() >= IDENTIFIERS_MAX && !searches.containsKey(identifier)) {
            if (complaints.add("too many")) {
                log.atWarn()
                        .addKeyValue("identifier", identifier)
                        .log("more identifiers are in use than are looked up; calls on further ones have no price");
            }
            return;
        }
        try {
            searches.compute(identifier, (same, running) -> {
                Search search = running == null ? begin(ref) : running;
                if (firstCall != null) {
                    search.correctFrom(firstCall);
                }
                return search;
            });
        } catch (RejectedExecutionException e) {
            // It is closed. The call's record says that it waits, and the next process reads that.
            return;
        }
    }

    private Search begin(ModelRef ref) {
        Search search = new Search(ref, this, new Backoff(surroundings.random()));
        threads.execute(search);
        return search;
    }

    Finding ask(ModelRef ref) throws InterruptedException {
        questions.acquire();
        try {
            Finding finding = surroundings.controlPlane().get().find(ref);
            surroundings.counted().accept(finding.operation(), finding.label());
            return finding;
        } finally {
            questions.release();
        }
    }

    void learn(String identifier, Finding.Model found) {
        synchronized (known) {
            if (found.model().equals(known.put(identifier, found.model()))) {
                return;
            }
            surroundings.learnt().accept(Map.copyOf(known));
        }
        complaints.removeIf(complaint -> complaint.startsWith(found.operation() + ' '));
        log.atInfo()
                .addKeyValue("identifier", identifier)
                .addKeyValue("model", found.model().requested())
                .log("learnt which model an identifier stands for");
    }

    /** Says once for each operation what is missing; the meter says how often. */
    void complain(Finding.Nothing nothing, String identifier) {
        if (nothing.why().isPassing()) {
            return;
        }
        String message = nothing.why() == Finding.Why.DENIED
                ? "calls have no price because the proxy may not look up their model: allow its role "
                        + permission(nothing.operation()) + ", or name the model in prices.aliases"
                : "calls have no price because the control plane does not tell their model; name it in prices.aliases";
        if (complaints.add(nothing.operation() + ' ' + nothing.label())) {
            log.atWarn()
                    .addKeyValue("identifier", identifier)
                    .addKeyValue("action", permission(nothing.operation()))
                    .addKeyValue("reason", nothing.label())
                    .addKeyValue("answer", nothing.message())
                    .log(message);
        }
    }

    /** Forgets an identifier that could not be looked up, if no call waits for it. Whether it was. */
    boolean forgetUnlessAwaited(String identifier) {
        return searches.computeIfPresent(identifier, (same, search) -> search.isAwaited() ? search : null) == null;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    private static String permission(String operation) {
        return "bedrock:" + operation;
    }
}
