package io.bedrockmeter.proxy.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The current AWS credentials, looked up in the background so that no call waits for them.
 *
 * <p>One virtual thread asks the provider again before the credentials expire and at least once a minute (a provider of the
 * SDK caches, so asking is cheap); while it fails, the last good ones serve until they expire. {@link #current} is
 * thread-safe and never waits.
 */
public final class CredentialsSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CredentialsSource.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN_AFTER_FAILURE = Duration.ofSeconds(5);

    private final AwsCredentialsProvider provider;
    private final InstantSource clock;
    private volatile @Nullable CredentialsSnapshot snapshot;
    private volatile @Nullable String failure = "not looked up yet";
    private @Nullable Thread thread;

    /** A source over a provider of the SDK; asks nothing until {@link #start}. */
    public CredentialsSource(AwsCredentialsProvider provider, InstantSource clock) {
        this.provider = provider;
        this.clock = clock;
    }

    /** Looks the credentials up once, waiting for the answer, then keeps them fresh. Never throws for want of any. */
    public void start() {
        refresh();
        thread = Thread.ofVirtual().name("credentials").start(this::keepFresh);
    }

    /** Credentials that are valid now; null if there are none. */
    public @Nullable CredentialsSnapshot current() {
        CredentialsSnapshot now = snapshot;
        return now != null && now.isValidAt(clock.instant()) ? now : null;
    }

    /** Why there are no credentials, for whoever found that {@link #current} has none. */
    public String failure() {
        String why = failure;
        return why == null ? "the last ones have expired" : why;
    }

    /** Asks the provider once. Waits for it. */
    void refresh() {
        try {
            AwsCredentialsIdentity identity = provider.resolveIdentity().join();
            snapshot = new CredentialsSnapshot(
                    identity.accessKeyId(),
                    identity.secretAccessKey(),
                    identity instanceof AwsSessionCredentialsIdentity session ? session.sessionToken() : null,
                    identity.expirationTime().orElse(null));
            failure = null;
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why = String.valueOf(cause.getMessage());
            if (!why.equals(failure)) {
                log.atWarn()
                        .addKeyValue("cause", cause.getClass().getSimpleName())
                        .log(
                                "AWS credentials could not be loaded; calls that are signed are refused once the last ones expire");
            }
            failure = why;
        }
    }

    private void keepFresh() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(untilNextLook());
                refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration untilNextLook() {
        if (failure != null) {
            return ASK_AGAIN_AFTER_FAILURE;
        }
        CredentialsSnapshot known = snapshot;
        Instant expiresAt = known == null ? null : known.expiresAt();
        if (expiresAt == null) {
            return ASK_AGAIN;
        }
        Duration half = Duration.between(clock.instant(), expiresAt).dividedBy(2);
        return half.compareTo(ASK_AGAIN) > 0
                ? ASK_AGAIN
                : half.isNegative() ? ASK_AGAIN_AFTER_FAILURE : half.plusMillis(100);
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
