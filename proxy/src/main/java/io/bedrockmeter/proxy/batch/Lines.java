package io.bedrockmeter.proxy.batch;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into lines, of which it holds one at a time. Stateless. */
final class Lines {
    private static final int PIECE_BYTES = 64 << 10;

    private Lines() {}

    /**
     * Reads a stream to its end.
     *
     * @param length how many bytes it must have; null if nobody told
     * @param bytesMax of a line that is shown
     * @throws IOException if it breaks, or ends early: nobody is shown the line that it broke in
     */
    static void read(InputStream in, @Nullable Long length, int bytesMax, BatchSource.LineSink sink)
            throws IOException {
        Line line = new Line(bytesMax, sink);
        byte[] piece = new byte[PIECE_BYTES];
        long total = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            total += read;
            int from = 0;
            for (int i = 0; i < read; i++) {
                if (piece[i] == '\n') {
                    line.add(piece, from, i);
                    line.end();
                    from = i + 1;
                }
            }
            line.add(piece, from, read);
        }
        if (length != null && total != length) {
            throw new EOFException("it ended after " + total + " of " + length + " bytes");
        }
        line.end();
    }

    /** The line at hand. */
    private static final class Line {
        private final int bytesMax;
        private final BatchSource.LineSink sink;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean isTooLong;

        Line(int bytesMax, BatchSource.LineSink sink) {
            this.bytesMax = bytesMax;
            this.sink = sink;
        }

        void add(byte[] piece, int from, int to) {
            isTooLong |= to - from > bytesMax - bytes.size();
            if (isTooLong) {
                bytes.reset();
            } else {
                bytes.write(piece, from, to - from);
            }
        }

        void end() {
            if (isTooLong) {
                sink.tooLong();
            } else if (bytes.size() > 0) {
                sink.line(bytes.toByteArray());
            }
            bytes.reset();
            isTooLong = false;
        }
    }
}
