package io.bedrockmeter.simulator;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client of bare HTTP/1.1 that tells how an answer looked and how it ended. */
final class Wire {
    private static final int READ_TIMEOUT_MILLIS = 1500;

    private Wire() {}

    /** How an answer ended. */
    enum End {
        WHOLE,
        CLOSED,
        RESET,
        TIMEOUT
    }

    /** What arrived until then; status 0 where no head did. */
    record Reply(int status, Map<String, String> headers, String bodyAsLatin1, List<Integer> chunks, End end) {
        byte[] body() {
            return bodyAsLatin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }
    }

    static Reply post(int port, String path, String body, String... headerLines) throws IOException {
        try (Socket socket = connect(port)) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            send(socket, path, body, headerLines);
            return new Reader(new DataInputStream(new BufferedInputStream(socket.getInputStream()))).read();
        }
    }

    static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    static void send(Socket socket, String path, String body, String... headerLines) throws IOException {
        StringBuilder head = new StringBuilder(
                "POST " + path + " HTTP/1.1\r\nHost: simulator\r\nContent-Length: " + body.length() + "\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** Reads one answer. */
    private static final class Reader {
        private final DataInputStream in;
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<Integer> chunks = new ArrayList<>();
        private int status;

        private Reader(DataInputStream in) {
            this.in = in;
        }

        private Reply read() throws IOException {
            End end;
            try {
                readHead();
                readBody();
                end = End.WHOLE;
            } catch (EOFException e) {
                end = End.CLOSED;
            } catch (SocketTimeoutException e) {
                end = End.TIMEOUT;
            } catch (SocketException e) {
                end = End.RESET;
            }
            return new Reply(status, headers, body.toString(StandardCharsets.ISO_8859_1), chunks, end);
        }

        private void readHead() throws IOException {
            status = Integer.parseInt(line().substring(9, 12));
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }

        private void readBody() throws IOException {
            String length = headers.get("Content-Length");
            if (length != null) {
                copy(Integer.parseInt(length));
                return;
            }
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                chunks.add(size);
                copy(size);
                line();
            }
            line();
        }

        private void copy(int bytes) throws IOException {
            for (int left = bytes; left > 0; left--) {
                body.write(in.readByte());
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (char next = (char) in.readByte(); next != '\n'; next = (char) in.readByte()) {
                if (next != '\r') {
                    line.append(next);
                }
            }
            return line.toString();
        }
    }
}
