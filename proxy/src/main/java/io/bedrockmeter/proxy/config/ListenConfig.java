package io.bedrockmeter.proxy.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where callers connect: HTTP/1.1 and HTTP/2 on one port.
 *
 * @param address the address to bind
 * @param port the port to bind; 0 takes any that is free
 * @param tls the server's certificate; null for plaintext
 */
public record ListenConfig(
        InetAddress address, int port, @Nullable TlsConfig tls) {
    /** Address and port together. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** This configuration where it can change while the proxy runs, and the running one where it cannot. */
    ListenConfig withFixedPartsOf(ListenConfig running) {
        return new ListenConfig(running.address(), running.port(), tls);
    }

    static ListenConfig bind(Section in) {
        Section fixed = in.untilRestart();
        return new ListenConfig(
                fixed.get("address", ValueType.ADDRESS, "127.0.0.1", "Address to bind for callers."),
                fixed.get("port", ValueType.PORT, "8080", "Port to bind; 0 takes any that is free."),
                in.optionalSection("tls", TlsConfig::bind));
    }
}
