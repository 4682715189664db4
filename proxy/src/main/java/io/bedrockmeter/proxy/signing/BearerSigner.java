package io.bedrockmeter.proxy.signing;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;

/** Authenticates with a Bedrock API key. Thread-safe. */
public final class BearerSigner implements RequestSigner {
    private final String authorization;

    /** Signs with this key. */
    public BearerSigner(String apiKey) {
        if (apiKey.isBlank()) {
            throw new IllegalArgumentException("the Bedrock API key is empty; set upstream.auth.token");
        }
        this.authorization = "Bearer " + apiKey;
    }

    @Override
    public boolean sign(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex, Instant now) {
        headers.set(HttpHeaderNames.AUTHORIZATION, authorization);
        return true;
    }

    @Override
    public FrameSigner signStream(String method, String rawTarget, HttpHeaders headers, Instant now) {
        headers.set(HttpHeaderNames.AUTHORIZATION, authorization);
        return PlainFrames.PLAIN;
    }

    @Override
    public String whyNot() {
        throw new IllegalStateException("an API key always signs");
    }
}
