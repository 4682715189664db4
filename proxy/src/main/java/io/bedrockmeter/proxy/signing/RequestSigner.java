package io.bedrockmeter.proxy.signing;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts the proof of who sends it on a request to Bedrock. Sealed: the schemes that the service accepts. Thread-safe. */
public sealed interface RequestSigner permits SigV4Signer, BearerSigner, CannotSign {
    /**
     * Adds the headers that authenticate a request. Every other header must be there already.
     *
     * @param method the method
     * @param rawTarget the request target as it will be sent, with its query
     * @param headers headers of the request, {@code host} among them; added to
     * @param bodySha256Hex SHA-256 of the body, 64 lower-case hex digits
     * @param now the time of signing
     * @return whether there were credentials to sign with; if not, the headers are as they were
     */
    boolean sign(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex, Instant now);

    /**
     * Adds the headers that authenticate a request whose body is a stream of frames, each of which is proved in its turn.
     *
     * @param method the method
     * @param rawTarget the request target as it will be sent, with its query
     * @param headers headers of the request, {@code host} among them; added to
     * @param now the time of signing
     * @return what proves the frames; null if there were no credentials to sign with, and the headers are as they were
     */
    @Nullable
    FrameSigner signStream(String method, String rawTarget, HttpHeaders headers, Instant now);

    /** Why there is nothing to sign with, and the way out; for the message to the caller when {@link #sign} says no. */
    String whyNot();
}
