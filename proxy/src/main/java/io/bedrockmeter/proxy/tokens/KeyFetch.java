package io.bedrockmeter.proxy.tokens;

import java.io.IOException;
import java.net.URI;

/** How documents of an issuer are had. Thread-safe; waits, so never for an event loop. */
public interface KeyFetch {
    /**
     * A document in UTF-8, whole.
     *
     * @throws IOException if it cannot be had, is too long, or takes too long; the message names it
     */
    String get(URI document) throws IOException, InterruptedException;
}
