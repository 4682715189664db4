package io.bedrockmeter.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How callers are told apart. */
public sealed interface AuthConfig {
    /** Everybody may call, and is charged by the key they say they use. On a loopback address only. */
    record Open() implements AuthConfig {}

    /**
     * Whoever proves to have a virtual key may call.
     *
     * @param file where the keys are
     * @param master what their secrets are derived from; exactly one of the two is given
     * @param masterFile the file that it is in
     * @param skew how far the time of a signature may be from now
     * @param refuseReplays whether each signature is taken once only
     */
    record Keys(
            Path file, @Nullable Secret master, @Nullable Path masterFile, Duration skew, boolean refuseReplays)
            implements AuthConfig {}

    /** The name of a way in the configuration. */
    enum Mode {
        OPEN,
        KEYS
    }

    static AuthConfig bind(Section in) {
        Mode mode = in.get(
                "mode",
                ValueType.choice(Mode.values()),
                "open",
                "`open`: whoever can connect may call, charged by the access key id in the signature, which is not"
                        + " verified; only on a loopback address. `keys`: whoever proves to have a virtual key, by a"
                        + " signature or its bearer key; on any address.");
        Path file = in.get(
                "file",
                ValueType.PATH,
                "bedrock-meter-keys.json",
                "The virtual keys, for mode keys; written by 'bedrock-meter keys'. A change is in force within a second.");
        Secret master = in.find(
                "master-secret",
                ValueType.SECRET,
                "What the secrets of keys are derived from, for mode keys; write `${BEDROCK_METER_MASTER_SECRET}`.");
        Path masterFile = in.find("master-secret-file", ValueType.PATH, "The same, as the first line of a file.");
        Duration skew = in.get(
                "clock-skew",
                ValueType.duration("1s", "15m"),
                "5m",
                "How far the time of a signature may be from now. AWS takes five minutes.");
        boolean refuseReplays = in.get(
                "replay-guard",
                ValueType.FLAG,
                "false",
                "Take each signature once only. An SDK that repeats a call within the second in which it signed it may sign"
                        + " it alike, and is then refused.");
        return switch (mode) {
            case OPEN -> {
                if (master != null || masterFile != null) {
                    throw new InvalidSetting(
                            master != null ? "master-secret" : "master-secret-file",
                            "belongs to mode keys; set mode: keys or remove it");
                }
                yield new Open();
            }
            case KEYS -> {
                if ((master == null) == (masterFile == null)) {
                    throw new InvalidSetting(
                            "master-secret",
                            "or master-secret-file is required with mode keys, and not both; write"
                                    + " master-secret: ${BEDROCK_METER_MASTER_SECRET}");
                }
                yield new Keys(file, master, masterFile, skew, refuseReplays);
            }
        };
    }
}
