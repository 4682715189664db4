package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.config.TokenIssuer;
import io.bedrockmeter.proxy.tokens.HttpKeyFetch;
import io.bedrockmeter.proxy.tokens.IssuerKeys;
import io.bedrockmeter.proxy.tokens.TokenVerifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The identity providers of a configuration, with their keys, which it keeps fresh until it is closed. */
final class Issuers implements AutoCloseable {
    private final List<TokenVerifier.Issuer> issuers;
    private final HttpKeyFetch fetch;

    private Issuers(List<TokenVerifier.Issuer> issuers, HttpKeyFetch fetch) {
        this.issuers = issuers;
        this.fetch = fetch;
    }

    /**
     * Fetches the keys of all of them, at the same time, and waits until each is there or failed.
     *
     * @param before those whose keys serve on; null for none
     */
    static Issuers start(Map<String, TokenIssuer> rules, InstantSource clock, @Nullable Issuers before) {
        HttpKeyFetch fetch = new HttpKeyFetch();
        List<TokenVerifier.Issuer> issuers = new ArrayList<>();
        List<Thread> starting = new ArrayList<>();
        rules.forEach((name, issuer) -> {
            IssuerKeys own = new IssuerKeys(
                    new IssuerKeys.Source(
                            name, issuer.issuer(), issuer.jwksUri(), issuer.keysRefresh(), issuer.keysMaxAge()),
                    fetch,
                    clock);
            if (before != null) {
                before.issuers.forEach(issuerBefore -> own.startWith(issuerBefore.keys()));
            }
            issuers.add(new TokenVerifier.Issuer(name, issuer, own));
            starting.add(Thread.ofVirtual().start(own::start));
        });
        try {
            for (Thread each : starting) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Issuers(List.copyOf(issuers), fetch);
    }

    /** Verifies their tokens. */
    TokenVerifier verifier(InstantSource clock) {
        return new TokenVerifier(issuers, clock);
    }

    @Override
    public void close() {
        issuers.forEach(issuer -> issuer.keys().close());
        fetch.close();
    }
}
