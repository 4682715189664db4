package io.bedrockmeter.proxy.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where operators and Prometheus connect: metrics, health, usage, prices. Plain HTTP without authentication.
 *
 * @param address the address to bind
 * @param port the port to bind; 0 takes any that is free
 */
public record AdminConfig(InetAddress address, int port) {
    /** Address and port together. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    static AdminConfig bind(Section in) {
        Section fixed = in.untilRestart();
        return new AdminConfig(
                fixed.get(
                        "address",
                        ValueType.ADDRESS,
                        "127.0.0.1",
                        "Address to bind for metrics, health and reports. Whoever can connect may read them."),
                fixed.get("port", ValueType.PORT, "8081", "Port to bind; 0 takes any that is free."));
    }
}
