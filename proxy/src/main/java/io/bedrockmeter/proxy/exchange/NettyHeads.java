package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.usage.ResponseHead;
import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.bedrockmeter.proxy.auth.RequestHead;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Netty's messages as the meter and the authenticator see them. */
final class NettyHeads {
    /** The names that this program asks for, which are few, with their hashes. */
    private static final Map<String, AsciiString> NAMES = new ConcurrentHashMap<>();

    private NettyHeads() {}

    static RequestHead of(HttpRequest request, ClientSide client) {
        return new RequestHead() {
            @Override
            public String method() {
                return request.method().name();
            }

            @Override
            public String target() {
                return request.uri();
            }

            @Override
            public @Nullable String header(String name) {
                return request.headers().get(hashed(name));
            }

            @Override
            public List<String> headers(String name) {
                return request.headers().getAll(hashed(name));
            }

            @Override
            public Iterator<Map.Entry<CharSequence, CharSequence>> fields() {
                return request.headers().iteratorCharSequence();
            }

            @Override
            public InetAddress source() {
                return client.source();
            }

            @Override
            public @Nullable PeerCertificate certificate() {
                return client.certificate();
            }
        };
    }

    static ResponseHead of(HttpResponse response) {
        return new ResponseHead() {
            @Override
            public int status() {
                return response.status().code();
            }

            @Override
            public @Nullable String header(String name) {
                return response.headers().get(hashed(name));
            }
        };
    }

    private static AsciiString hashed(String name) {
        AsciiString known = NAMES.get(name);
        return known == null ? NAMES.computeIfAbsent(name, AsciiString::cached) : known;
    }
}
