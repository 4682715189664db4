package io.bedrockmeter.proxy.auth;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request as a test makes it: a head, and a body of which each character is a byte. Immutable. */
record Request(String method, String target, List<Map.Entry<String, String>> headers, String content) {
    static Request of(String method, String target, byte[] body) {
        return new Request(method, target, List.of(), new String(body, StandardCharsets.ISO_8859_1));
    }

    /** The bytes of HTTP/1.1, with line ends of either kind, each byte one character. */
    static Request parse(byte[] http) {
        String text = new String(http, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        int skip = 4;
        if (end < 0) {
            end = text.indexOf("\n\n");
            skip = 2;
        }
        String head = end < 0 ? text.stripTrailing() : text.substring(0, end);
        byte[] body = end < 0 ? new byte[0] : text.substring(end + skip).getBytes(StandardCharsets.ISO_8859_1);
        String[] lines = head.split("\r?\n", -1);
        int method = lines[0].indexOf(' ');
        Request request =
                of(lines[0].substring(0, method), lines[0].substring(method + 1).replaceFirst(" HTTP/1.1$", ""), body);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            boolean folded = lines[i].startsWith(" ") || colon < 0;
            Map.Entry<String, String> last =
                    folded ? request.headers().get(request.headers().size() - 1) : null;
            request = last == null
                    ? request.with(
                            lines[i].substring(0, colon),
                            lines[i].substring(colon + 1).strip())
                    : request.without(last.getKey()).with(last.getKey(), last.getValue() + " " + lines[i].strip());
        }
        return request;
    }

    Request with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(new SimpleEntry<>(name, value));
        return new Request(method, target, List.copyOf(more), content);
    }

    Request without(String name) {
        return new Request(
                method,
                target,
                headers.stream()
                        .filter(header -> !header.getKey().equalsIgnoreCase(name))
                        .collect(Collectors.toUnmodifiableList()),
                content);
    }

    Request replacing(String name, String value) {
        return without(name).with(name, value);
    }

    Request withTarget(String other) {
        return new Request(method, other, headers, content);
    }

    Request withBody(byte[] other) {
        return new Request(method, target, headers, new String(other, StandardCharsets.ISO_8859_1));
    }

    byte[] body() {
        return content.getBytes(StandardCharsets.ISO_8859_1);
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Nullable
    String first(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    RequestHead head() {
        return head(InetAddress.getLoopbackAddress());
    }

    RequestHead head(InetAddress source) {
        return new RequestHead() {
            @Override
            public String method() {
                return method;
            }

            @Override
            public String target() {
                return target;
            }

            @Override
            public @Nullable String header(String name) {
                return first(name);
            }

            @Override
            public List<String> headers(String name) {
                return headers.stream()
                        .filter(header -> header.getKey().equalsIgnoreCase(name))
                        .map(Map.Entry::getValue)
                        .toList();
            }

            @Override
            public Iterator<Map.Entry<CharSequence, CharSequence>> fields() {
                return headers.stream()
                        .<Map.Entry<CharSequence, CharSequence>>map(
                                header -> new SimpleEntry<>(header.getKey(), header.getValue()))
                        .iterator();
            }

            @Override
            public InetAddress source() {
                return source;
            }
        };
    }
}
