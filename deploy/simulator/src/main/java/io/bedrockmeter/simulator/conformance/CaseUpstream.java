package io.bedrockmeter.simulator.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An upstream of HTTP/1.1 that answers every request with the case in hand, in pieces of so many bytes. Thread-safe. */
public final class CaseUpstream implements AutoCloseable {
    private final ServerSocket server;
    private volatile @Nullable ConformanceCase inHand;
    private volatile int pieceBytes;

    private CaseUpstream(ServerSocket server) {
        this.server = server;
    }

    /** An upstream on a port of this machine; 0 for one that is free. */
    public static CaseUpstream on(int port) {
        try {
            CaseUpstream upstream = new CaseUpstream(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be bound: " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    void answerWith(ConformanceCase next, int bytesAPiece) {
        pieceBytes = bytesAPiece;
        inHand = next;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, and nothing more to accept.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (hasRequest(in)) {
                ConformanceCase answered = inHand;
                if (answered == null || !answer(answered, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException e) {
            // The proxy has closed the connection, which is its right.
            return;
        }
    }

    /** Whether the connection is good for another request. */
    private boolean answer(ConformanceCase answered, OutputStream out) throws IOException {
        ConformanceCase.Message response = answered.response();
        byte[] body = response.body();
        StringBuilder head = new StringBuilder(response.firstLine()).append("\r\n");
        for (Map.Entry<String, String> header : response.headers()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        head.append(response.isStream() ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                .append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        boolean breaks = answered.breakAfterBytes() >= 0;
        int end = breaks ? Math.min(answered.breakAfterBytes(), body.length) : body.length;
        for (int from = 0; from < end; from += pieceBytes) {
            int length = Math.min(pieceBytes, end - from);
            if (response.isStream()) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(body, from, length);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                out.write(body, from, length);
            }
            out.flush();
        }
        if (!breaks && response.isStream()) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
        return !breaks;
    }

    private static boolean hasRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int at = text.indexOf("content-length: ");
        if (at >= 0) {
            in.readNBytes(Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at))));
        }
        return true;
    }
}
