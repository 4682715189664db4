package io.bedrockmeter.proxy.world;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An identity provider with one key, and with a discovery document, over plain HTTP on this machine. */
public final class IdentityProvider implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RSAKey key;
    private volatile int status = 200;

    private IdentityProvider(HttpServer server) {
        this.server = server;
        this.key = nextKey();
    }

    /** One that is open. */
    public static IdentityProvider open() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            IdentityProvider provider = new IdentityProvider(server);
            server.createContext("/corp/.well-known/openid-configuration", provider::discovery);
            server.createContext("/corp/keys", provider::keys);
            server.start();
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it calls itself. */
    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/corp";
    }

    /** A section of a configuration that believes it, with these entries more. */
    public String section(String more) {
        return "issuers: {corp: {issuer: '" + issuer() + "', audience: meter, team-claim: team, app-claim: app" + more
                + "}}";
    }

    /** How often its keys were fetched. */
    public int fetches() {
        return fetches.get();
    }

    /** Answers everything with this status from now on. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    /** Signs with another key from now on, and publishes it alone. */
    public void rotate() {
        key = nextKey();
    }

    /** The key that it signs with. */
    public RSAKey key() {
        return key;
    }

    /** A token of team search, app ranking, for an hour. */
    public String token() {
        return token(claims -> claims);
    }

    /** The same with other claims. */
    public String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        Instant now = Instant.now();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience("meter")
                .subject("robot|7")
                .expirationTime(Date.from(now.plusSeconds(3_600)))
                .issueTime(Date.from(now))
                .claim("team", "search")
                .claim("app", "ranking");
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    change.apply(claims).build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private RSAKey nextKey() {
        try {
            return new RSAKeyGenerator(2_048)
                    .keyID("key-" + number.incrementAndGet())
                    .generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private void discovery(HttpExchange exchange) throws IOException {
        answer(exchange, "{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + "/keys\"}");
    }

    private void keys(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        answer(exchange, new JWKSet(key.toPublicJWK()).toString());
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
