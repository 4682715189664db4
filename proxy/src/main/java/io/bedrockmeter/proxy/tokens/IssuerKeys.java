package io.bedrockmeter.proxy.tokens;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer as they are now. One virtual thread fetches them at an interval, and at once when a token names one that
 * is not there, though not more often than every {@link #ASK_AGAIN}. While the issuer cannot be reached the last ones serve, up
 * to an age. All but {@link #start} and {@link #close} is thread-safe and never waits.
 */
public final class IssuerKeys implements AutoCloseable {
    /** Tokens with made-up keys must not let anybody load the issuer. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final Source source;
    private final KeyFetch fetch;
    private final InstantSource clock;
    private final Semaphore asked = new Semaphore(0);

    private volatile @Nullable KeySet keys;
    private volatile @Nullable String failure = "they were not fetched yet";
    /** From when somebody asked until the fetch that came of it is over. */
    private volatile boolean fetching;

    private volatile Instant fetchedLast = Instant.MIN;
    private volatile boolean closing;
    private @Nullable Thread thread;

    /**
     * Where keys come from.
     *
     * @param name of the issuer in the configuration
     * @param issuer what it calls itself
     * @param jwksUri where its keys are; null if its discovery document says so
     * @param refresh how often they are fetched
     * @param ageMax how long they serve
     */
    public record Source(
            String name, String issuer, @Nullable URI jwksUri, Duration refresh, Duration ageMax) {}

    /** Keys that are fetched from {@link #start} on. */
    public IssuerKeys(Source source, KeyFetch fetch, InstantSource clock) {
        this.source = source;
        this.fetch = fetch;
        this.clock = clock;
    }

    /** Begins with what another one has of the same issuer, so that a reload needs no issuer that can be reached. */
    public void startWith(IssuerKeys other) {
        if (source.issuer().equals(other.source.issuer()) && Objects.equals(source.jwksUri(), other.source.jwksUri())) {
            keys = other.keys;
        }
    }

    /** Fetches the keys, unless there are some, waiting for them, and keeps them fresh. Does not fail where they cannot be had. */
    public void start() {
        if (keys == null) {
            refresh();
        }
        thread = Thread.ofVirtual().name("keys-of-" + source.name()).start(this::keepFresh);
    }

    /** Keys that may be used; null if there are none, or they are too old. */
    @Nullable
    KeySet usable(Instant now) {
        KeySet known = keys;
        return known != null && now.isBefore(known.fetchedAt().plus(source.ageMax())) ? known : null;
    }

    /** Asks for keys that are not there. Says whether they may come: not if they were fetched a moment ago. */
    boolean mayCome(Instant now) {
        if (fetching) {
            return true;
        }
        if (now.isBefore(fetchedLast.plus(ASK_AGAIN))) {
            return false;
        }
        fetching = true;
        asked.release();
        return true;
    }

    /** Why there are none, for an operator. */
    String failure() {
        String why = failure;
        return why == null ? "they are too old" : why;
    }

    /** Fetches once. Waits. */
    void refresh() {
        fetching = true;
        try {
            KeySet fetched = KeySet.parse(fetch.get(jwksUri()), clock.instant());
            if (fetched.keys().isEmpty()) {
                throw new IOException(
                        "the issuer publishes no key that signatures can be checked with (RSA of 2048 bits or"
                                + " more, or P-256)");
            }
            keys = fetched;
            if (failure != null) {
                log.atInfo()
                        .addKeyValue("issuer", source.name())
                        .addKeyValue("keys", fetched.keys().size())
                        .log("keys of an issuer fetched");
            }
            failure = null;
        } catch (IOException | ParseException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            fetchedLast = clock.instant();
            fetching = false;
        }
    }

    private void failed(String why) {
        if (!why.equals(failure)) {
            log.atWarn()
                    .addKeyValue("issuer", source.name())
                    .addKeyValue("problem", why)
                    .log("keys of an issuer cannot be fetched; those before serve until they are too old");
        }
        failure = why;
    }

    private URI jwksUri() throws IOException, InterruptedException, ParseException {
        URI configured = source.jwksUri();
        if (configured != null) {
            return configured;
        }
        String base = source.issuer().endsWith("/")
                ? source.issuer().substring(0, source.issuer().length() - 1)
                : source.issuer();
        URI discovery = URI.create(base + DISCOVERY);
        Map<String, Object> document = JSONObjectUtils.parse(fetch.get(discovery));
        String says = JSONObjectUtils.getString(document, "issuer");
        if (!source.issuer().equals(says)) {
            throw new IOException(discovery + " is of another issuer than " + source.issuer() + "; check auth.issuers."
                    + source.name() + ".issuer to the letter");
        }
        return trusted(JSONObjectUtils.getString(document, "jwks_uri"), discovery);
    }

    /** Keys may come over no worse a way than the document that names them. */
    private static URI trusted(@Nullable String jwksUri, URI discovery) throws IOException {
        try {
            URI uri = new URI(jwksUri == null ? "" : jwksUri);
            boolean sameHost =
                    "http".equals(discovery.getScheme()) && discovery.getHost().equals(uri.getHost());
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || sameHost)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IOException(discovery + " has a jwks_uri that is none", e);
        }
        throw new IOException(discovery + " has a jwks_uri that is no https URL");
    }

    private void keepFresh() {
        Duration pause = failure == null ? source.refresh() : ASK_AGAIN;
        try {
            while (!closing) {
                boolean ignored = asked.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
                asked.drainPermits();
                if (closing) {
                    return;
                }
                refresh();
                pause = failure == null ? source.refresh() : ASK_AGAIN;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
