package io.bedrockmeter.proxy.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where operators and Prometheus connect: metrics, health, usage, prices. Plain HTTP.
 *
 * @param address the address to bind
 * @param port the port to bind; 0 takes any that is free
 * @param key what must be shown to ask for anything but health; null if nothing must
 * @param metrics who may ask for metrics where there is a key
 */
public record AdminConfig(
        InetAddress address, int port, @Nullable Secret key, Metrics metrics) {
    private static final int KEY_LENGTH_MIN = 16;

    public AdminConfig {
        if (key == null && !address.isLoopbackAddress()) {
            throw new InvalidSetting(
                    "key",
                    "is required unless admin.address is a loopback address, because whoever can connect may read what every"
                            + " team spends and have calls priced anew; write key: ${BEDROCK_METER_ADMIN_KEY}");
        }
        if (key != null && key.reveal().length() < KEY_LENGTH_MIN) {
            throw new InvalidSetting(
                    "key", "has fewer than " + KEY_LENGTH_MIN + " characters; make one with: openssl rand -base64 32");
        }
        if (key != null && !key.reveal().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidSetting(
                    "key",
                    "has characters that no header can carry; use letters, digits and punctuation of ASCII without spaces");
        }
        if (key == null && metrics == Metrics.OPEN) {
            throw new InvalidSetting("metrics", "needs no opening without admin.key; remove it or give admin.key");
        }
    }

    /** Who may ask for metrics. */
    public enum Metrics {
        /** Whoever shows the key. */
        KEY,
        /** Whoever can connect. */
        OPEN
    }

    /** Address and port together. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** This configuration where it can change while the proxy runs, and the running one where it cannot. */
    AdminConfig withFixedPartsOf(AdminConfig running) {
        try {
            return new AdminConfig(running.address(), running.port(), key, metrics);
        } catch (InvalidSetting e) {
            throw new InvalidSetting("admin." + e.key(), String.valueOf(e.getMessage()));
        }
    }

    static AdminConfig bind(Section in) {
        Section fixed = in.untilRestart();
        return new AdminConfig(
                fixed.get(
                        "address", ValueType.ADDRESS, "127.0.0.1", "Address to bind for metrics, health and reports."),
                fixed.get("port", ValueType.PORT, "8081", "Port to bind; 0 takes any that is free."),
                in.find(
                        "key",
                        ValueType.SECRET,
                        "Asked for as `Authorization: Bearer …` by everything on this port but `/health/…`; required unless the"
                                + " address is a loopback address. Write `${BEDROCK_METER_ADMIN_KEY}`."),
                in.get(
                        "metrics",
                        ValueType.choice(Metrics.values()),
                        "key",
                        "`open`: `/metrics` is shown without the key, to whoever can connect."));
    }
}
