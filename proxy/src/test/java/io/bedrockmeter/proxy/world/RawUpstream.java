package io.bedrockmeter.proxy.world;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** An upstream that says exactly what a test tells it to, one thread for each connection. */
public final class RawUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final Behaviour behaviour;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private RawUpstream(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
    }

    /** What an upstream does with a connection; when it returns, nothing more is said and the connection is closed. */
    @FunctionalInterface
    public interface Behaviour {
        void talk(Line line) throws IOException;
    }

    /** An upstream on a free port. */
    public static RawUpstream behaving(Behaviour behaviour) {
        return on(ServerSocketFactory.getDefault(), behaviour);
    }

    /** An upstream that answers every request with these bytes, over TLS. */
    public static RawUpstream answeringOverTls(Certificate certificate, String answer) {
        return on(certificate.serverContext().getServerSocketFactory(), repeating(answer));
    }

    private static RawUpstream on(ServerSocketFactory sockets, Behaviour behaviour) {
        try {
            ServerSocket server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            RawUpstream upstream = new RawUpstream(server, behaviour);
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An upstream that answers every request with these bytes. */
    public static RawUpstream answering(String answer) {
        return behaving(repeating(answer));
    }

    private static Behaviour repeating(String answer) {
        return line -> {
            while (line.request()) {
                line.say(answer);
            }
        };
    }

    /** A usual answer of Converse. */
    public static String answer(String requestId) {
        String body = "{\"output\":{},\"stopReason\":\"end_turn\",\"usage\":"
                + "{\"inputTokens\":7,\"outputTokens\":5,\"totalTokens\":12}}";
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-amzn-RequestId: " + requestId
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The port it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many connections it has had. */
    public int connections() {
        return connections.get();
    }

    /** How many of them the proxy has closed after their end. */
    public int ended() {
        return ended.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // The test is over.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Line line = new Line(socket);
            behaviour.talk(line);
            socket.shutdownOutput();
            line.untilClosed();
            ended.incrementAndGet();
        } catch (IOException e) {
            // The other side broke it off, which is the proxy's right.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** A frame of HTTP/2, of which only this is of interest. */
    public record Frame(int type, int flags, int length) {}

    /** One connection, as its upstream sees it. */
    public static final class Line {
        private final Socket socket;
        private final InputStream in;

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** Waits for a request's head; empty if the other side has closed. */
        public String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int next = in.read();
            while (next >= 0) {
                head.write(next);
                if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    return head.toString(StandardCharsets.ISO_8859_1);
                }
                next = in.read();
            }
            return "";
        }

        /** Waits for a whole request; false if the other side has closed. */
        public boolean request() throws IOException {
            return !requestText().isEmpty();
        }

        /** Waits for a whole request and returns it as Latin-1; empty if the other side has closed. */
        public String requestText() throws IOException {
            String head = head();
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
            if (at < 0) {
                return head;
            }
            int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
            return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        /** Waits for a greeting of HTTP/2, and greets. */
        public void greet() throws IOException {
            in.readNBytes(24);
            say("\0\0\0\4\0\0\0\0\0");
        }

        /** Waits for a frame of HTTP/2. */
        public Frame frame() throws IOException {
            byte[] head = in.readNBytes(9);
            if (head.length < 9) {
                throw new EOFException("the other side has closed");
            }
            int length = ByteBuffer.wrap(head).getInt() >>> 8;
            in.skipNBytes(length);
            return new Frame(head[3], head[4], length);
        }

        /** Sends bytes. */
        public void say(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Sends bytes, given as Latin-1. */
        public void say(String text) throws IOException {
            say(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /**
         * Passes everything on, between the other side and another port, until there are last words of its own to say: none
         * to close, else it waits until the other side closes.
         */
        public void passOn(URI to, CompletableFuture<byte[]> lastWords) throws IOException {
            try (Socket behind = new Socket(to.getHost(), to.getPort())) {
                Thread there = Thread.ofVirtual().start(() -> pass(in, behind));
                Thread.ofVirtual().start(() -> {
                    try {
                        behind.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException e) {
                        // It was cut, which is what it is for.
                    }
                });
                byte[] last = lastWords.join();
                if (last.length > 0) {
                    socket.getOutputStream().write(last);
                    there.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void pass(InputStream from, Socket to) {
            try {
                from.transferTo(to.getOutputStream());
            } catch (IOException e) {
                // It was cut, which is what it is for.
            }
        }

        /** Waits until the other side closes. */
        public void untilClosed() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
