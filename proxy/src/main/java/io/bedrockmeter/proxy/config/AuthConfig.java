package io.bedrockmeter.proxy.config;

/** How callers are told apart. */
public sealed interface AuthConfig {
    /** Everybody may call, and is charged by the key they say they use. On a loopback address only. */
    record Open() implements AuthConfig {}

    /** The name of a way in the configuration. */
    enum Mode {
        OPEN
    }

    static AuthConfig bind(Section in) {
        Mode mode = in.get(
                "mode",
                ValueType.choice(Mode.values()),
                "open",
                "`open`: whoever can connect may call, charged by the access key id in the signature, which is not"
                        + " verified. Only on a loopback address.");
        return switch (mode) {
            case OPEN -> new Open();
        };
    }
}
