package io.bedrockmeter.proxy.world;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One response of HTTP/1.1 as a plain reader of the RFC understands it.
 *
 * @param status of its first line
 * @param headers in wire order, names as written
 * @param body its bytes without transfer coding, as Latin-1
 */
public record RawResponse(int status, List<Map.Entry<String, String>> headers, String body) {
    public RawResponse {
        headers = List.copyOf(headers);
    }

    static RawResponse read(InputStream in) throws IOException {
        String first = line(in);
        if (!first.startsWith("HTTP/1.1 ")) {
            throw new IOException("not a status line: " + first);
        }
        int status = Integer.parseInt(first.substring(9, 12));
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.add(Map.entry(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        RawResponse head = new RawResponse(status, headers, "");
        return new RawResponse(status, headers, new String(head.readBody(in), StandardCharsets.ISO_8859_1));
    }

    /** The first value of a header; null if it is missing. */
    public @Nullable String header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The body as text. */
    public String text() {
        return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private byte[] readBody(InputStream in) throws IOException {
        if (status < 200 || status == 204 || status == 304) {
            return new byte[0];
        }
        String length = header("content-length");
        if (length != null) {
            return exactly(in, Integer.parseInt(length));
        }
        if (!"chunked".equals(header("transfer-encoding"))) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.write(exactly(in, size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static byte[] exactly(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("the body ended after " + read.length + " of " + bytes + " bytes");
        }
        return read;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the connection ended in a line: '" + line + "'");
            }
            if (next != '\r') {
                line.write(next);
            }
            next = in.read();
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
