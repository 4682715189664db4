package io.bedrockmeter.proxy.signing;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Nothing to sign with.
 *
 * @param whyNot why, and the way out; for the message to the caller
 */
public record CannotSign(String whyNot) implements RequestSigner {
    @Override
    public boolean sign(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex, Instant now) {
        return false;
    }

    @Override
    public @Nullable FrameSigner signStream(String method, String rawTarget, HttpHeaders headers, Instant now) {
        return null;
    }
}
