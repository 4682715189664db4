package io.bedrockmeter.proxy.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a role, one for each user. Thread-safe.
 *
 * <p>A call whose user has a session is signed with it at once; from about three quarters of its life on a use of it also begins
 * another one in the background, at a moment that differs from session to session. A call whose user has none waits for it, not
 * longer than {@link #WAIT_MAX}. Where none can be had, nothing else is signed with: the call is refused, and STS is not asked
 * again before a pause that grows with each failure.
 *
 * <p>At most {@link #SESSIONS_MAX} are kept, with the signing keys of each; those that were not used longest are forgotten first.
 */
public final class RoleSessions {
    /** Some 3 KB each. */
    static final int SESSIONS_MAX = 10_000;

    /** Less than the last moments of a proxy that stops. */
    static final Duration WAIT_MAX = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(RoleSessions.class);
    /** So that a restart with many users does not meet STS's own limit. */
    private static final int QUESTIONS_AT_ONCE = 16;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int PAUSES_DOUBLED_MAX = 6;
    private static final int SHARE_FORGOTTEN = 10;

    private final RoleSource source;
    private final String region;
    private final InstantSource clock;
    private final LongSupplier random;
    private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
    private final Map<SessionUser, Session> sessions = new ConcurrentHashMap<>();

    /**
     * Sessions that are had when they are asked for.
     *
     * @param source where from
     * @param region region that calls are signed for
     * @param random spreads renewals
     */
    public RoleSessions(RoleSource source, String region, InstantSource clock, LongSupplier random) {
        this.source = source;
        this.region = region;
        this.clock = clock;
        this.random = random;
    }

    /** The signer of a user's calls; see {@link Signers#of}. */
    CompletionStage<RequestSigner> signer(SessionUser user, String service) {
        return sessions.computeIfAbsent(user, Session::new).signer(service, clock.instant());
    }

    /** How many there are. */
    int size() {
        return sessions.size();
    }

    /** Forgets the sessions that nobody can use, and if there are too many all the same those that were not used longest. */
    private void forget() {
        if (sessions.size() <= SESSIONS_MAX) {
            return;
        }
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.isOver(now));
        if (sessions.size() > SESSIONS_MAX) {
            sessions.values().stream()
                    .map(session -> new Use(session, session.usedAt))
                    .sorted(Comparator.comparing(Use::at))
                    .limit(sessions.size() - SESSIONS_MAX + SESSIONS_MAX / SHARE_FORGOTTEN)
                    .forEach(use -> sessions.remove(use.session().user, use.session()));
        }
    }

    /** When a session was used last, at the moment of asking. */
    private record Use(Session session, Instant at) {}

    /** One user's session, or the want of one. */
    private final class Session {
        private final SessionUser user;
        private final Map<String, SigV4Signer> signers = new ConcurrentHashMap<>();

        private volatile @Nullable CredentialsSnapshot credentials;
        private volatile Instant renewAt = Instant.MIN;
        private volatile Instant usedAt = Instant.MIN;
        private volatile String failure = "not asked for yet";

        /** Guarded by this, and so are the next two. Null while nobody asks for a session. */
        private @Nullable CompletableFuture<Void> asking;

        private Instant askAgainAt = Instant.MIN;
        private int failures;

        Session(SessionUser user) {
            this.user = user;
        }

        CompletionStage<RequestSigner> signer(String service, Instant now) {
            usedAt = now;
            if (current(now) != null) {
                if (!now.isBefore(renewAt)) {
                    ask(now);
                }
                return CompletableFuture.completedStage(ofService(service));
            }
            return ask(now).copy()
                    .completeOnTimeout(null, WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(
                            over -> current(clock.instant()) != null ? ofService(service) : new CannotSign(whyNot()));
        }

        private RequestSigner ofService(String service) {
            return signers.computeIfAbsent(
                    service, name -> new SigV4Signer(() -> current(clock.instant()), () -> failure, region, name));
        }

        private String whyNot() {
            return "The proxy has no session of its role for this account, and signs with nothing else: " + failure
                    + ". Try again.";
        }

        private @Nullable CredentialsSnapshot current(Instant now) {
            CredentialsSnapshot known = credentials;
            return known != null && known.isValidAt(now) ? known : null;
        }

        private boolean isOver(Instant now) {
            synchronized (this) {
                return asking == null && current(now) == null;
            }
        }

        /** Begins to ask for a session, unless somebody does already or has failed a moment ago. Never fails. */
        private synchronized CompletableFuture<Void> ask(Instant now) {
            if (asking != null) {
                return asking;
            }
            if (now.isBefore(askAgainAt)) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> begun = new CompletableFuture<>();
            asking = begun;
            Thread.ofVirtual().name("role-session").start(() -> {
                assume();
                synchronized (this) {
                    asking = null;
                }
                begun.complete(null);
                forget();
            });
            return begun;
        }

        private void assume() {
            try {
                questions.acquire();
                try {
                    had(source.assume(user));
                } finally {
                    questions.release();
                }
            } catch (NoSessionException e) {
                failed(e.code(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                failed("internal error", e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void had(CredentialsSnapshot session) {
            Instant now = clock.instant();
            Instant end = session.expiresAt();
            long lifeMillis = end == null ? 0 : Duration.between(now, end).toMillis();
            // Between 70 and 85 percent of its life.
            long percent = 70 + Math.floorMod(random.getAsLong(), 16L);
            renewAt = now.plusMillis(Math.max(0, lifeMillis) * percent / 100);
            credentials = session;
            synchronized (this) {
                failures = 0;
                askAgainAt = Instant.MIN;
            }
        }

        private void failed(String code, String problem) {
            synchronized (this) {
                Duration pause = PAUSE_AFTER_FAILURE.multipliedBy(1L << Math.min(failures, PAUSES_DOUBLED_MAX));
                failures++;
                askAgainAt = clock.instant().plus(pause);
            }
            if (!code.equals(failure)) {
                log.atWarn()
                        .addKeyValue("session", user.sessionName())
                        .addKeyValue("problem", problem)
                        .log("no session of the role; its calls are refused once the last one expires");
            }
            failure = code;
        }
    }
}
