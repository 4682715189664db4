package io.bedrockmeter.metering.eventstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A push scanner over the data of server-sent events. Keeps a position and no bytes: data of any length passes on as it
 * comes, cut anywhere; comments and all other fields are skipped.
 *
 * <p>Confined to one thread. Never throws on any input, for every sequence of bytes is such a stream.
 *
 * <h2>How it works</h2>
 *
 * A line ends in LF, CR or CRLF. At its start the bytes are compared with {@code data:}, of which the number that matched is
 * kept; one space after the colon is not data. An empty line ends the event.
 */
public final class SseScanner {
    private static final byte[] FIELD = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] LINE_FEED = {'\n'};

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /** Direct buffers are read through this: one per thread, because a call never leaves anything in it. */
    private static final ThreadLocal<byte[]> WINDOW = ThreadLocal.withInitial(() -> new byte[8 * 1024]);

    /** The part of a line that comes next. */
    private enum Part {
        MARK,
        FIELD,
        SPACE,
        DATA,
        REST
    }

    private final SseListener listener;
    private Part part = Part.MARK;
    private int matched;
    private boolean hasData;
    private boolean afterReturn;

    /** A scanner at the beginning of a stream. */
    public SseScanner(SseListener listener) {
        this.listener = listener;
    }

    /** Shows the next bytes of the stream, between position and limit, and leaves both as they were. */
    public void feed(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            feed(bytes.array(), from, from + length);
            return;
        }
        byte[] window = WINDOW.get();
        int position = bytes.position();
        for (int done = 0; done < length; ) {
            int size = Math.min(window.length, length - done);
            bytes.get(position + done, window, 0, size);
            feed(window, 0, size);
            done += size;
        }
    }

    /** Ends the stream. An event that no empty line has ended is reported as it stands. */
    public void finish() {
        if (part == Part.FIELD && matched == FIELD.length - 1) {
            beginData();
        }
        endEvent();
    }

    private void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (part) {
                case MARK -> mark(bytes, i);
                case FIELD -> field(bytes, i);
                case SPACE -> space(bytes, i);
                case DATA -> data(bytes, i, to);
                case REST -> rest(bytes, i, to);
            };
        }
    }

    /** A byte order mark before everything else is no part of the first line. */
    private int mark(byte[] bytes, int i) {
        if (bytes[i] != BYTE_ORDER_MARK[matched]) {
            part = matched == 0 ? Part.FIELD : Part.REST;
            matched = 0;
            return i;
        }
        matched++;
        if (matched == BYTE_ORDER_MARK.length) {
            matched = 0;
            part = Part.FIELD;
        }
        return i + 1;
    }

    private int field(byte[] bytes, int i) {
        byte c = bytes[i];
        if (c == '\n' && afterReturn) {
            afterReturn = false;
            return i + 1;
        }
        afterReturn = false;
        if (c == '\n' || c == '\r') {
            if (matched == 0) {
                endEvent();
            } else if (matched == FIELD.length - 1) {
                beginData();
            }
            return endLine(c, i);
        }
        if (c != FIELD[matched]) {
            part = Part.REST;
            return i;
        }
        matched++;
        if (matched == FIELD.length) {
            beginData();
            part = Part.SPACE;
        }
        return i + 1;
    }

    private int space(byte[] bytes, int i) {
        part = Part.DATA;
        return bytes[i] == ' ' ? i + 1 : i;
    }

    private int data(byte[] bytes, int from, int to) {
        int end = lineEnd(bytes, from, to);
        if (end > from) {
            listener.onData(bytes, from, end);
        }
        return end == to ? to : endLine(bytes[end], end);
    }

    private int rest(byte[] bytes, int from, int to) {
        int end = lineEnd(bytes, from, to);
        return end == to ? to : endLine(bytes[end], end);
    }

    private void beginData() {
        if (hasData) {
            listener.onData(LINE_FEED, 0, 1);
        }
        hasData = true;
    }

    private int endLine(byte c, int i) {
        part = Part.FIELD;
        matched = 0;
        afterReturn = c == '\r';
        return i + 1;
    }

    private void endEvent() {
        if (hasData) {
            hasData = false;
            listener.onEventEnd();
        }
    }

    /** The index of the next line feed or carriage return, or {@code to}: eight bytes a step. */
    private static int lineEnd(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long feed = word ^ (ONES * '\n');
            long back = word ^ (ONES * '\r');
            long hit = (((feed - ONES) & ~feed) | ((back - ONES) & ~back)) & HIGHS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }
}
