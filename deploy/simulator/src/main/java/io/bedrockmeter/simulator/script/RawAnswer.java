package io.bedrockmeter.simulator.script;

import io.bedrockmeter.simulator.call.Header;
import java.util.Base64;
import java.util.List;

/**
 * An answer given byte for byte, for example a recording. Framing headers among its own are replaced by true ones: a
 * Content-Length where one is given, else chunks.
 */
public record RawAnswer(int status, List<Header> headers, String bodyBase64) {
    public RawAnswer {
        headers = List.copyOf(headers);
    }

    public static RawAnswer of(int status, List<Header> headers, byte[] body) {
        return new RawAnswer(status, headers, Base64.getEncoder().encodeToString(body));
    }

    public byte[] body() {
        return Base64.getDecoder().decode(bodyBase64);
    }
}
