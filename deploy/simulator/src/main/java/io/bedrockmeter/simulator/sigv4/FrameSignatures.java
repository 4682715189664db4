package io.bedrockmeter.simulator.sigv4;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.BinaryUtils;

/** The signatures of the frames of one request, each built on the one before. Confined to one event loop. */
public final class FrameSignatures {
    private final SignatureHeader head;
    private final AwsCredentialsIdentity identity;
    private final InstantSource clock;
    private String prior;

    FrameSignatures(SignatureHeader head, String secret, InstantSource clock) {
        this.head = head;
        this.identity = AwsCredentialsIdentity.create(head.accessKey(), secret);
        this.clock = clock;
        this.prior = head.signature();
    }

    /** Whether a frame is the next of this request; a frame that is not changes nothing. */
    public boolean accept(Message frame) {
        HeaderValue date = frame.getHeaders().get(":date");
        HeaderValue signature = frame.getHeaders().get(":chunk-signature");
        if (date == null || signature == null) {
            return false;
        }
        Instant at = date.getTimestamp();
        byte[] expected = signature(at, date, frame.getPayload());
        boolean inTime = Duration.between(at, clock.instant()).abs().compareTo(RequestVerifier.SKEW_MAX) <= 0;
        if (!inTime || !MessageDigest.isEqual(expected, signature.getByteArray())) {
            return false;
        }
        prior = BinaryUtils.toHex(expected);
        return true;
    }

    private byte[] signature(Instant at, HeaderValue date, byte[] payload) {
        CredentialScope scope = new CredentialScope(head.region(), head.service(), at);
        byte[] headers = Message.encodeHeaders(Map.of(":date", date).entrySet());
        String toSign = "AWS4-HMAC-SHA256-PAYLOAD\n" + scope.getDatetime() + "\n" + scope.scope() + "\n" + prior + "\n"
                + BinaryUtils.toHex(SignerUtils.hash(headers)) + "\n" + BinaryUtils.toHex(SignerUtils.hash(payload));
        return SignerUtils.computeSignature(toSign, SignerUtils.deriveSigningKey(identity, scope));
    }
}
