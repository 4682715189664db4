package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.ExchangeServices;
import org.jspecify.annotations.Nullable;

/**
 * What new connections and exchanges are served with. Immutable; a reload makes another one, which a connection takes when it
 * is opened and an exchange when it starts. Neither changes under way.
 *
 * @param services what an exchange works with
 * @param limits bounds of a connection
 * @param tls null for plaintext
 */
public record Serving(
        ExchangeServices services,
        ServerLimits limits,
        @Nullable ListenerTls tls) {}
