package io.bedrockmeter.proxy.server;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS of both sides, by the JDK's own engine. */
public final class TlsContexts {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private TlsContexts() {}

    /**
     * TLS of the data port, HTTP/2 and HTTP/1.1 by ALPN.
     *
     * @param clients whose client certificates are believed; null to ask for none
     * @throws IOException if a file cannot be read or is no certificate or key, or if they do not belong together; the
     *     message names both files
     */
    public static ListenerTls forListener(Path certificate, Path key, @Nullable ClientAuthorities clients)
            throws IOException {
        try {
            CertifiedKey pair = CertifiedKey.read(certificate, key);
            SslContextBuilder builder = SslContextBuilder.forServer(pair.key(), pair.chainArray())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(
                            byName(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));
            if (clients != null) {
                builder.trustManager(clients.array())
                        .clientAuth(clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            }
            return new ListenerTls(builder.build(), clients);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "listen.tls: no TLS with certificate " + certificate + " and key " + key + ": "
                            + (e instanceof NoSuchFileException ? "no such file: " : "") + e.getMessage(),
                    e);
        }
    }

    /**
     * TLS towards Bedrock; the host name is verified.
     *
     * @param trusted PEM file of the authorities to trust; null for the platform's
     * @throws IOException if the file cannot be read or holds no certificates; the message names it
     */
    public static SslContext forUpstream(@Nullable Path trusted) throws IOException {
        return forUpstream(trusted, ApplicationProtocolConfig.DISABLED);
    }

    /**
     * The same, with HTTP/2 and nothing else by ALPN.
     *
     * @throws IOException as {@link #forUpstream}
     */
    public static SslContext forUpstreamHttp2(@Nullable Path trusted) throws IOException {
        return forUpstream(trusted, byName(ApplicationProtocolNames.HTTP_2));
    }

    private static SslContext forUpstream(@Nullable Path trusted, ApplicationProtocolConfig protocols)
            throws IOException {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .applicationProtocolConfig(protocols)
                    .endpointIdentificationAlgorithm("HTTPS");
            return (trusted == null ? builder : builder.trustManager(trusted.toFile())).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "upstream.trusted-certificates: " + trusted + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static ApplicationProtocolConfig byName(String... protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }
}
