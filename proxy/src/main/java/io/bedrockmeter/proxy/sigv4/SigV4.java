package io.bedrockmeter.proxy.sigv4;

/**
 * The words of Signature Version 4 and what is signed in the end. Stateless.
 *
 * <p>Source: AWS General Reference, "Signature Version 4 signing process"; for frames, the event-stream signing of AWS SDKs.
 */
public final class SigV4 {
    /** The name of the algorithm. */
    public static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /** Stands for the hash of a body whose frames are signed one by one. */
    public static final String SIGNED_BY_FRAME = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

    /** The end of every scope. */
    public static final String TERMINATOR = "aws4_request";

    private static final String FRAME_ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD";

    private SigV4() {}

    /** What a signature is good for. */
    public static String scope(String day, String region, String service) {
        return day + "/" + region + "/" + service + "/" + TERMINATOR;
    }

    /** What is signed for a request, given the hash of its canonical form in hex. */
    public static String requestToSign(String timestamp, String scope, String canonicalHash) {
        return ALGORITHM + "\n" + timestamp + "\n" + scope + "\n" + canonicalHash;
    }

    /**
     * What is signed for a frame.
     *
     * @param prior signature of the frame before, or of the request, in hex
     * @param headersHash hash of the frame's encoded headers but the signature, in hex
     * @param payloadHash hash of its payload, in hex
     */
    public static String frameToSign(
            String timestamp, String scope, String prior, String headersHash, String payloadHash) {
        return FRAME_ALGORITHM + "\n" + timestamp + "\n" + scope + "\n" + prior + "\n" + headersHash + "\n"
                + payloadHash;
    }
}
