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
 * Events are copied; this is done only where it is configured. However an event is cut, each of its bytes is looked at once for
 * its end, and an unfinished one is added to, not copied anew with each piece.
 */
final class StreamUsage {
    /** Goes in front of the first member of the request. */
    private static final byte[] QUESTION =
            "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

    /** What a request has that says anything about it already, whatever that is; it is then left alone. */
    private static final byte[] SAID = "\"stream_options\"".getBytes(StandardCharsets.US_ASCII);

    /**
     * An event that is longer is passed as it is, and so is all after it: to search this much takes 0.8 ms of the event loop.
     * Events are some hundred bytes long, and some thousand where they tell the probabilities of tokens.
     */
    static final int EVENT_BYTES_MAX = 64 * 1024;

    // Within a JSON string each quote has a backslash in front, so no text of a model can match.
    private static final Pattern NO_USAGE = Pattern.compile(",[ ]*\"usage\"[ ]*:[ ]*null|\"usage\"[ ]*:[ ]*null[ ]*,");
    private static final Pattern NO_CHOICES = Pattern.compile("\"choices\"[ ]*:[ ]*\\[[ ]*\\]");
    private static final Pattern USAGE = Pattern.compile("\"usage\"[ ]*:[ ]*\\{");

    private final ByteBufAllocator allocator;
    /** The event that has not ended yet, all of it searched. */
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;

    private Line line = Line.EMPTY;
    private boolean givenUp;

    /** What there is of the line that the search is in. An empty one ends an event. */
    private enum Line {
        EMPTY,
        /** Nothing but a carriage return. */
        RETURN,
        TEXT
    }

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

    /**
     * The part of a piece, and of what was kept of those before, that the caller would have seen; maybe nothing. Owns the piece.
     */
    ByteBuf withoutAnswer(ByteBuf piece) {
        if (givenUp) {
            return piece;
        }
        int end = endOfEvent(piece);
        ByteBuf passed =
                end < 0 ? Unpooled.EMPTY_BUFFER : allocator.buffer(kept.readableBytes() + piece.readableBytes());
        while (end >= 0 && bytesOfEvent(piece, end) <= EVENT_BYTES_MAX) {
            pass(event(piece, end - piece.readerIndex()), passed);
            end = endOfEvent(piece);
        }
        if (bytesOfEvent(piece, end < 0 ? piece.writerIndex() : end) > EVENT_BYTES_MAX) {
            givenUp = true;
            return Unpooled.wrappedBuffer(passed, rest(), piece);
        }
        keep(piece);
        piece.release();
        return passed;
    }

    private int bytesOfEvent(ByteBuf piece, int end) {
        return kept.readableBytes() + end - piece.readerIndex();
    }

    /** The event that ends so many bytes from here, as Latin-1: whatever its text is, its syntax is ASCII. */
    private String event(ByteBuf piece, int bytes) {
        String end = piece.readCharSequence(bytes, StandardCharsets.ISO_8859_1).toString();
        if (!kept.isReadable()) {
            return end;
        }
        ByteBuf beginning = rest();
        String event = beginning.toString(StandardCharsets.ISO_8859_1) + end;
        beginning.release();
        return event;
    }

    private static void pass(String event, ByteBuf passed) {
        boolean isAnswer =
                NO_CHOICES.matcher(event).find() && USAGE.matcher(event).find();
        if (!isAnswer) {
            passed.writeCharSequence(NO_USAGE.matcher(event).replaceAll(""), StandardCharsets.ISO_8859_1);
        }
    }

    private void keep(ByteBuf beginning) {
        if (!beginning.isReadable()) {
            return;
        }
        if (!kept.isReadable()) {
            kept = allocator.buffer(beginning.readableBytes());
        }
        kept.writeBytes(beginning);
    }

    /** What is left at the end of the stream: an event without an end, which passes as it is. */
    ByteBuf rest() {
        ByteBuf rest = kept;
        kept = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    /** Where the event that the search is in ends, the empty line behind it included; -1 if not in this piece. */
    private int endOfEvent(ByteBuf piece) {
        int at = piece.readerIndex();
        while (true) {
            int newline = piece.indexOf(at, piece.writerIndex(), (byte) '\n');
            line = with(piece, at, newline < 0 ? piece.writerIndex() : newline);
            if (newline < 0) {
                return -1;
            }
            boolean ends = line != Line.TEXT;
            line = Line.EMPTY;
            at = newline + 1;
            if (ends) {
                return at;
            }
        }
    }

    /** The line, and what the piece has of it. */
    private Line with(ByteBuf piece, int from, int to) {
        if (from == to) {
            return line;
        }
        boolean onlyReturn = line == Line.EMPTY && to - from == 1 && piece.getByte(from) == '\r';
        return onlyReturn ? Line.RETURN : Line.TEXT;
    }
}
