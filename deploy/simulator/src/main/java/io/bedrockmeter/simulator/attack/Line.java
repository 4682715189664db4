package io.bedrockmeter.simulator.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One connection of an attacker: what is said goes out at each pause, and nothing is ever read. Confined to one thread. */
final class Line implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    /** What is not read is to press on the other side soon. */
    private static final int RECEIVE_BYTES = 4 * 1024;

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Duration pause;
    private final CountDownLatch over;

    /**
     * Connects.
     *
     * @param from an address of this machine
     * @param pause between two things that are sent
     * @param over open once the siege is over
     */
    Line(InetSocketAddress target, InetAddress from, Duration pause, CountDownLatch over) throws IOException {
        this.pause = pause;
        this.over = over;
        try {
            socket.setReceiveBufferSize(RECEIVE_BYTES);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(target, CONNECT_MILLIS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(String text) {
        said.writeBytes(text.getBytes(US_ASCII));
    }

    void send(byte[] bytes) {
        said.writeBytes(bytes);
    }

    /** Sends what was said, then waits; false when the siege is over. */
    boolean pause() throws IOException {
        said.writeTo(socket.getOutputStream());
        said.reset();
        try {
            return !over.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until the other side closes. */
    void awaitEnd() throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // Whatever it says, it is no answer to anything.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
