package io.bedrockmeter.proxy.exchange;

/** Events that tell an {@link ExchangeHandler} that the proxy is stopping. */
public enum Stop {
    /** Finish what runs, then close; close at once if nothing runs. */
    NO_MORE_REQUESTS,
    /** Waiting is over: end what runs. */
    NOW
}
