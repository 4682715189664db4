package io.bedrockmeter.proxy.world;

import io.bedrockmeter.simulator.frames.FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A session of speech as bytes of HTTP/2, for what no SDK would say. Its frames are not signed. */
public final class SessionBytes {
    /** Where a session is opened. */
    public static final String PATH = "/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream";

    private SessionBytes() {}

    /** The greeting, and the head of a session on stream 1. */
    public static Http2Bytes head() {
        return new Http2Bytes().frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 1, block("accept", "*/*"));
    }

    /** The fields of a session's head, and one more. */
    public static byte[] block(String name, String value) {
        return Http2Bytes.block(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                PATH,
                ":authority",
                "localhost",
                "content-type",
                "application/vnd.amazon.eventstream",
                name,
                value);
    }

    /** An event in its frame. */
    public static byte[] said(String event) {
        String bytes =
                Base64.getEncoder().encodeToString(("{\"event\":" + event + "}").getBytes(StandardCharsets.UTF_8));
        return FrameEncoder.event("chunk", ("{\"bytes\":\"" + bytes + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    /** A session of so many turns of few words, which it does not end. */
    public static byte[] turns(int turns) {
        Http2Bytes session = head();
        for (int i = 0; i < turns; i++) {
            session.frame(Http2Bytes.DATA, 0, 1, said("{\"contentStart\":{\"role\":\"USER\"}}"))
                    .frame(Http2Bytes.DATA, 0, 1, said("{\"contentEnd\":{}}"));
        }
        return session.bytes();
    }
}
