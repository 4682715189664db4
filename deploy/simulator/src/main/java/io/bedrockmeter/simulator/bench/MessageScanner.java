package io.bedrockmeter.simulator.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Walks the HTTP/1.1 messages of one connection as their bytes arrive: heads, bodies by content length or in chunks, ends.
 *
 * <p>Nothing is copied but a head or a chunk line that a read has cut in two. It trusts its peer, being our own program or a
 * proxy that has checked what it sends; it is no parser for the open internet. Confined to one event loop.
 */
final class MessageScanner {
    /** What is told about the messages, in order. Buffers are valid in the call only. */
    interface Listener {
        /** A whole head: the bytes from {@code start} to {@code end}, with the empty line. */
        void onHead(ByteBuf in, int start, int end);

        /** Some bytes of the body, without their framing. */
        void onBody(ByteBuf in, int start, int length);

        /** The last byte of a message has been told. */
        void onEnd();
    }

    private enum State {
        HEAD,
        BODY,
        CHUNK_LINE,
        CHUNK,
        CHUNK_TAIL,
        TRAILERS
    }

    private static final int LINE_BYTES_MAX = 64 * 1024;
    private static final String CONTENT_LENGTH = "content-length:";
    private static final String CHUNKED = "transfer-encoding: chunked";

    private final Listener listener;
    private final ByteBuf carried = Unpooled.buffer(256, LINE_BYTES_MAX);
    private State state = State.HEAD;
    private long remaining;
    private boolean chunked;

    MessageScanner(Listener listener) {
        this.listener = listener;
    }

    /** Walks all of {@code in}, which remains the caller's to release. */
    void read(ByteBuf in) {
        if (!carried.isReadable()) {
            walk(in);
            if (in.isReadable()) {
                carried.writeBytes(in);
            }
            return;
        }
        while (in.isReadable()) {
            int bytes = Math.min(in.readableBytes(), carried.maxWritableBytes());
            if (bytes == 0) {
                throw new IllegalStateException("a head or chunk line is longer than " + LINE_BYTES_MAX + " bytes");
            }
            carried.writeBytes(in, bytes);
            walk(carried);
            carried.discardReadBytes();
        }
    }

    private void walk(ByteBuf in) {
        boolean goesOn = true;
        while (goesOn && in.isReadable()) {
            goesOn = switch (state) {
                case HEAD -> head(in);
                case BODY -> data(in, State.HEAD);
                case CHUNK_LINE -> chunkLine(in);
                case CHUNK -> data(in, State.CHUNK_TAIL);
                case CHUNK_TAIL -> chunkTail(in);
                case TRAILERS -> trailers(in);
            };
        }
    }

    private boolean head(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        long length = 0;
        boolean inChunks = false;
        int line = start;
        while (line < end) {
            int feed = in.indexOf(line, end, (byte) '\n');
            if (feed < 0) {
                return false;
            }
            if (feed - line <= 1) {
                in.readerIndex(feed + 1);
                begin(in, start, feed + 1, length, inChunks);
                return true;
            }
            int first = in.getByte(line) | 0x20;
            if (first == 'c' && startsWith(in, line, feed, CONTENT_LENGTH)) {
                length = decimal(in, line + CONTENT_LENGTH.length(), feed);
            } else if (first == 't' && startsWith(in, line, feed, CHUNKED)) {
                inChunks = true;
            }
            line = feed + 1;
        }
        return false;
    }

    private void begin(ByteBuf in, int start, int end, long length, boolean inChunks) {
        chunked = inChunks;
        remaining = length;
        state = inChunks ? State.CHUNK_LINE : State.BODY;
        boolean empty = !inChunks && length == 0;
        if (empty) {
            state = State.HEAD;
        }
        listener.onHead(in, start, end);
        if (empty) {
            listener.onEnd();
        }
    }

    private boolean data(ByteBuf in, State next) {
        int bytes = (int) Math.min(remaining, in.readableBytes());
        int start = in.readerIndex();
        in.skipBytes(bytes);
        remaining -= bytes;
        if (remaining == 0) {
            state = next;
        }
        listener.onBody(in, start, bytes);
        if (remaining == 0 && !chunked) {
            listener.onEnd();
        }
        return true;
    }

    private boolean chunkLine(ByteBuf in) {
        int start = in.readerIndex();
        int feed = in.indexOf(start, in.writerIndex(), (byte) '\n');
        if (feed < 0) {
            return false;
        }
        long size = 0;
        for (int i = start; i < feed; i++) {
            int digit = Character.digit(in.getByte(i), 16);
            if (digit < 0) {
                break;
            }
            size = size << 4 | digit;
        }
        in.readerIndex(feed + 1);
        remaining = size;
        state = size == 0 ? State.TRAILERS : State.CHUNK;
        return true;
    }

    private boolean chunkTail(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return false;
        }
        in.skipBytes(2);
        state = State.CHUNK_LINE;
        return true;
    }

    private boolean trailers(ByteBuf in) {
        int start = in.readerIndex();
        int feed = in.indexOf(start, in.writerIndex(), (byte) '\n');
        if (feed < 0) {
            return false;
        }
        in.readerIndex(feed + 1);
        if (feed - start <= 1) {
            state = State.HEAD;
            listener.onEnd();
        }
        return true;
    }

    private static boolean startsWith(ByteBuf in, int start, int end, String expected) {
        if (end - start < expected.length()) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            int c = in.getByte(start + i);
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long decimal(ByteBuf in, int start, int end) {
        return Long.parseLong(
                in.toString(start, end - start, StandardCharsets.US_ASCII).strip());
    }
}
