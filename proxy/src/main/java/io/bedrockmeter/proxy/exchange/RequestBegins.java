package io.bedrockmeter.proxy.exchange;

/** Told to an {@link ExchangeHandler} where the beginning of a request has arrived on its connection, and not yet its whole head. */
public enum RequestBegins {
    HERE
}
