package io.bedrockmeter.simulator.call;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A request that arrived whole: its target is the raw one, escapes untouched, as signatures need it. */
public final class Received {
    private final String method;
    private final String target;
    private final List<Header> headers;
    private final byte[] body;

    public Received(String method, String target, List<Header> headers, byte[] body) {
        this.method = method;
        this.target = target;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    public String method() {
        return method;
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
