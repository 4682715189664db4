package io.bedrockmeter.proxy.exchange;

import io.netty.buffer.ByteBuf;

/**
 * One call, as {@link ExchangeHandler} tells it what its caller does. Sealed: a request that is not admitted yet, a call whose
 * request is collected before it is forwarded, and one whose request and answer pass at the same time. Confined to one event
 * loop.
 */
sealed interface Conversation permits Ingress, Exchange, DuplexExchange {
    /** A piece of the request's body; owned. */
    void onRequestBody(ByteBuf piece);

    /** The request is whole. */
    void onRequestEnd();

    /**
     * What was read in one go has been delivered.
     *
     * @return whether to read on at once; if not, {@link ClientSide#read} will ask for it
     */
    boolean onRequestReadComplete();

    /** The caller takes more, or has stopped taking. */
    void onClientWritabilityChanged();

    /** The caller is gone. */
    void onClientLeft();

    /** A time limit was reached. */
    void onDeadline();

    /** The proxy stops and cannot wait any longer. */
    void onDrainLimit();

    /** Whether nothing more will happen. */
    boolean isOver();
}
