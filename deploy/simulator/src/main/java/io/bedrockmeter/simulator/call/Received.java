package io.bedrockmeter.simulator.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request that arrived whole: its target is the raw one, escapes untouched, as signatures need it. */
public final class Received {
    private final String method;
    private final String target;
    private final List<Header> headers;
    private final byte[] body;
    private final Endpoint port;

    /** A request to the port of the runtime. */
    public Received(String method, String target, List<Header> headers, byte[] body) {
        this(method, target, headers, body, Endpoint.RUNTIME);
    }

    public Received(String method, String target, List<Header> headers, byte[] body, Endpoint port) {
        this.method = method;
        this.target = target;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.port = port;
    }

    public String method() {
        return method;
    }

    /** The host it was meant for: that of the port, unless it names mantle's. */
    public Endpoint endpoint() {
        return header("host").filter(host -> host.startsWith("bedrock-mantle.")).isPresent() ? Endpoint.MANTLE : port;
    }

    /** The path without its query, still percent-encoded. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The query without its question mark, empty where there is none. */
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    /** The first value of a query parameter, decoded. */
    public Optional<String> parameter(String name) {
        return parameters().getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The values of every query parameter, decoded, in wire order. */
    public Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query().isEmpty() ? new String[0] : query().split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters.computeIfAbsent(decoded(name), key -> new ArrayList<>()).add(decoded(value));
        }
        return parameters;
    }

    private static String decoded(String escaped) {
        try {
            return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return escaped;
        }
    }

    /** The first value of a header, its name compared without case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /** Every value of a header in wire order. */
    public List<String> headers(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    /** The body itself, not a copy: read only. */
    public byte[] body() {
        return body;
    }

    /** The body byte for byte as characters, to search in. */
    public String bodyAsLatin1() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
