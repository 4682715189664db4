package io.bedrockmeter.proxy.server;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the data port. Immutable.
 *
 * @param context shows the server's certificate
 * @param clients whose client certificates are believed; null if none are asked for
 */
public record ListenerTls(SslContext context, @Nullable ClientAuthorities clients) {}
