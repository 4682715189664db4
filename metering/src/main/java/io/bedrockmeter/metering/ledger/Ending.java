package io.bedrockmeter.metering.ledger;

/**
 * How an exchange ended: the one fact that its proxy knows and its bytes do not tell. The label is a {@code reason} in the
 * ledger.
 */
public enum Ending {
    /** The response passed whole, to the caller or, after the caller left, to nobody. */
    COMPLETE("complete", Sent.WHOLE),
    /** The caller left before its request was whole, so nothing was sent. */
    CLIENT_LEFT_EARLY("client_left_early", Sent.NOT),
    /** The caller left and the upstream was cancelled, by choice of its key or at the limit of draining. */
    CANCELLED_AFTER_CLIENT_LEFT("cancelled_after_client_left", Sent.WHOLE),
    /** The request never reached the upstream whole: no connection, no credentials. */
    UPSTREAM_UNREACHABLE("upstream_unreachable", Sent.NOT),
    /** The upstream said that it has processed nothing of the request (RFC 9113 §8.7). */
    UPSTREAM_REFUSED("upstream_refused", Sent.NOT),
    /** The connection broke while the request was being sent; Bedrock never had a whole request. */
    UPSTREAM_LOST_WHILE_SENDING("upstream_lost_while_sending", Sent.NOT),
    /** The connection broke after the request was sent and before the response was whole. */
    UPSTREAM_RESET("upstream_reset", Sent.WHOLE),
    /** The upstream said nothing within a time limit. */
    UPSTREAM_TIMEOUT("upstream_timeout", Sent.WHOLE),
    /** The caller sent, in a stream that was being answered already, what cannot be passed on. */
    CALLER_PROTOCOL_ERROR("caller_protocol_error", Sent.WHOLE),
    /** The upstream answered with something that is not HTTP. */
    UPSTREAM_PROTOCOL_ERROR("upstream_protocol_error", Sent.WHOLE),
    /** The proxy stopped before the stream did. */
    DRAIN_LIMIT("drain_limit", Sent.WHOLE);

    /** How much of the request the upstream can have had. */
    public enum Sent {
        NOT,
        WHOLE
    }

    private final String label;
    private final Sent sent;

    Ending(String label, Sent sent) {
        this.label = label;
        this.sent = sent;
    }

    /** The name in the ledger. */
    public String label() {
        return label;
    }

    /** Whether Bedrock had the whole request, and so may bill it. */
    public boolean requestWasSent() {
        return sent == Sent.WHOLE;
    }
}
