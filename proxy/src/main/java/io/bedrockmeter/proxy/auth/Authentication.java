package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.sigv4.SigV4;
import org.jspecify.annotations.Nullable;

/** What an {@link Authenticator} found out from the head of a request. */
public sealed interface Authentication {
    /** Somebody known, whatever the body is. */
    record Accepted(Caller caller) implements Authentication {}

    /**
     * Somebody known, if the body is the one that was signed. Nothing of the call may be forwarded, and no rule of the key told,
     * before it is found to be.
     *
     * @param isProven whether the head has proved who calls, so that only what it sends may still be another's
     */
    record AwaitingBody(Caller claimed, SignedBody body, boolean isProven) implements Authentication {}

    /** Somebody known, whose body is a stream of frames, each of which is signed. */
    record AwaitingFrames(Caller caller, FrameVerifier frames) implements Authentication {}

    /** It cannot be said at the moment, and another try may do. */
    record Undecided(String why) implements Authentication {}

    /**
     * Nobody who may call.
     *
     * @param errorType AWS's own name of the error, such as {@code MissingAuthenticationTokenException}
     * @param message what is wrong and the way out; never anything that was computed from a secret
     * @param reason a word of a closed set, for the log
     * @param keyId the id of the key that the request names; null if it names none of the form of ours
     */
    record Rejected(
            String errorType,
            String message,
            String reason,
            @Nullable String keyId) implements Authentication {
        /** A stream of frames must have its frames signed, or anybody in between could say what it likes. */
        public static Rejected framesNotSigned() {
            return Rejections.unsupported(
                    "This operation sends frames, each of which must be signed: X-Amz-Content-Sha256 must be "
                            + SigV4.SIGNED_BY_FRAME + ", or use a bearer key.");
        }

        /** A body that is no stream of frames cannot be signed by frame. */
        public static Rejected framesSignedForOneBody() {
            return Rejections.unsupported("This operation sends one body, whose SHA-256 must be signed; "
                    + SigV4.SIGNED_BY_FRAME + " is for the bidirectional operation only.");
        }
    }
}
