package io.bedrockmeter.simulator.call;

import java.util.Locale;

/** The host that a request was sent to. */
public enum Endpoint {
    /** {@code bedrock-runtime}, and the control plane {@code bedrock} beside it. */
    RUNTIME,
    /** {@code bedrock-mantle}, which speaks only the interfaces of other vendors. */
    MANTLE;

    /** The name in the truth log. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
