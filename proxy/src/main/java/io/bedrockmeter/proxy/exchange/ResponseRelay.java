package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Settlement;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.money.Money;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;

/**
 * Passes one response on to its caller without collecting it. Confined to one event loop.
 *
 * <p>A caller must never see a whole answer that is not in the ledger yet, so something is always kept back until
 * {@link #complete}: of a stream its end, of a plain answer its last piece. A plain answer that fits in a small window is
 * kept back whole (it arrives in one go anyway), which lets its cost stand in its head. Pieces are the buffers that came from
 * the upstream; nothing is copied.
 */
final class ResponseRelay {
    private final ClientSide client;
    private final HttpResponse head;
    private final long windowBytes;
    private final boolean chunked;
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();

    private long keptBytes;
    private boolean started;
    private boolean dirty;
    private boolean discarding;

    /**
     * A relay of one answer.
     *
     * @param client who gets it
     * @param upstream head of the answer
     * @param attemptId stands in the head
     * @param streamed whether the caller uses the answer as it comes
     * @param changesLength whether not all that the upstream sends is passed on
     * @param windowBytes a plain answer up to this length is kept back whole
     */
    ResponseRelay(
            ClientSide client,
            HttpResponse upstream,
            String attemptId,
            boolean streamed,
            boolean changesLength,
            long windowBytes) {
        this.client = client;
        this.windowBytes = windowBytes;
        this.head = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, upstream.status(), ExchangeHeaders.towardsCaller(upstream.headers()));
        head.headers().set(ExchangeHeaders.ATTEMPT_ID, attemptId);
        String length = upstream.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null || changesLength || HttpUtil.isTransferEncodingChunked(upstream)) {
            this.chunked = true;
            HttpUtil.setTransferEncodingChunked(head, true);
        } else {
            this.chunked = false;
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        if (streamed) {
            start();
        }
    }

    /** Passes a piece on, or keeps it back; owns it. */
    void piece(ByteBuf piece) {
        if (discarding) {
            piece.release();
            return;
        }
        kept.add(piece);
        keptBytes += piece.readableBytes();
        if (started || keptBytes > windowBytes) {
            start();
            // The end of a chunked answer is a chunk of its own, which is enough to keep back.
            int enough = chunked ? 0 : 1;
            while (kept.size() > enough) {
                write(takeKept());
            }
        }
    }

    /** Sends what was passed on since the last time. */
    void flush() {
        if (dirty) {
            dirty = false;
            client.flush();
        }
    }

    /** Whether the caller has been sent a part of the answer. */
    boolean started() {
        return started;
    }

    /** Whether more may follow than the upstream sent, because no length was promised to the caller. */
    boolean isOpenEnded() {
        return chunked;
    }

    /** Whether another piece can be taken without anything piling up. */
    boolean wantsMore() {
        return discarding || !started || client.isWritable();
    }

    /** The caller is gone: everything still to come is thrown away. */
    void discard() {
        discarding = true;
        while (!kept.isEmpty()) {
            kept.poll().release();
        }
        keptBytes = 0;
    }

    /** Sends what was kept back, and the end. The entry is durable. */
    void complete(Settlement settlement) {
        if (!started) {
            LedgerEntry entry = settlement.entry();
            head.headers().set(ExchangeHeaders.COST, entry.charge().cost().toUsdString());
            head.headers()
                    .set(ExchangeHeaders.COST_STATUS, entry.charge().status().label());
            long left = settlement.budgetLeftPicos().getAsLong();
            if (left != Settlement.NO_BUDGET) {
                head.headers()
                        .set(
                                ExchangeHeaders.BUDGET_REMAINING,
                                Money.ofPicos(left).toUsdString());
            }
            start();
        }
        ByteBuf last = null;
        while (!kept.isEmpty()) {
            last = takeKept();
            if (!kept.isEmpty()) {
                write(last);
            }
        }
        client.write(last == null ? LastHttpContent.EMPTY_LAST_CONTENT : new DefaultLastHttpContent(last));
        client.flush();
    }

    private void start() {
        if (!started) {
            started = true;
            dirty = true;
            client.write(head);
        }
    }

    private void write(ByteBuf piece) {
        dirty = true;
        client.write(new DefaultHttpContent(piece));
    }

    private ByteBuf takeKept() {
        ByteBuf piece = kept.remove();
        keptBytes -= piece.readableBytes();
        return piece;
    }
}
