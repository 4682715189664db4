package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Asks a stream of chat completions for its usage where its caller did not, and keeps the answer to that from the caller.
 * Confined to one event loop.
 *
 * <p>Such a stream tells its usage only if asked: each event then has a member {@code usage}, null in all but one more, the last,
 * which has no choices. The former are taken out, and the latter is left out, so that the caller sees what it would have seen.
 * Events are copied; this is done only where it is configured.
 */
final class StreamUsage {
    /** Goes in front of the first member of the request. */
    private static final byte[] QUESTION =
            "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

    /** What a request has that says anything about it already, whatever that is; it is then left alone. */
    private static final byte[] SAID = "\"stream_options\"".getBytes(StandardCharsets.US_ASCII);

    /** An event that is longer is passed as it is, and so is all after it. */
    private static final int EVENT_BYTES_MAX = 1 << 20;

    // Within a JSON string each quote has a backslash in front, so no text of a model can match.
    private static final Pattern NO_USAGE = Pattern.compile(",[ ]*\"usage\"[ ]*:[ ]*null|\"usage\"[ ]*:[ ]*null[ ]*,");
    private static final Pattern NO_CHOICES = Pattern.compile("\"choices\"[ ]*:[ ]*\\[[ ]*\\]");
    private static final Pattern USAGE = Pattern.compile("\"usage\"[ ]*:[ ]*\\{");

    private final ByteBufAllocator allocator;
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private boolean givenUp;

    StreamUsage(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Adds the question to a request, if it has room for one.
     *
     * @return whether it was added
     */
    static boolean askedIn(RequestCollector body, RequestFacts facts, WireFormat format) {
        return format == WireFormat.CHAT_COMPLETIONS
                && facts.streamAsked()
                && !facts.usageAsked()
                && !body.contains(SAID)
                && body.insertMember(QUESTION);
    }

    /** The part of a piece, and of what was kept of those before, that the caller would have seen. Owns the piece. */
    ByteBuf withoutAnswer(ByteBuf piece) {
        if (givenUp) {
            return piece;
        }
        ByteBuf all = Unpooled.wrappedBuffer(kept, piece);
        kept = Unpooled.EMPTY_BUFFER;
        ByteBuf passed = allocator.buffer(all.readableBytes());
        int end = endOfEvent(all);
        while (end >= 0) {
            String event = all.readCharSequence(end - all.readerIndex(), StandardCharsets.ISO_8859_1)
                    .toString();
            boolean isAnswer =
                    NO_CHOICES.matcher(event).find() && USAGE.matcher(event).find();
            if (!isAnswer) {
                passed.writeCharSequence(NO_USAGE.matcher(event).replaceAll(""), StandardCharsets.ISO_8859_1);
            }
            end = endOfEvent(all);
        }
        if (all.readableBytes() > EVENT_BYTES_MAX) {
            givenUp = true;
            passed.writeBytes(all);
        } else if (all.isReadable()) {
            kept = allocator.buffer(all.readableBytes()).writeBytes(all);
        }
        all.release();
        return passed;
    }

    /** What is left at the end of the stream: an event without an end, which passes as it is. */
    ByteBuf rest() {
        ByteBuf rest = kept;
        kept = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    /** Where the first event ends, the empty line behind it included; -1 if it has not ended. */
    private static int endOfEvent(ByteBuf bytes) {
        int lineStart = bytes.readerIndex();
        while (true) {
            int newline = bytes.indexOf(lineStart, bytes.writerIndex(), (byte) '\n');
            if (newline < 0) {
                return -1;
            }
            boolean empty = newline == lineStart || (newline == lineStart + 1 && bytes.getByte(lineStart) == '\r');
            if (empty) {
                return newline + 1;
            }
            lineStart = newline + 1;
        }
    }
}
