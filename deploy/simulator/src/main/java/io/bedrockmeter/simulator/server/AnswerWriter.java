package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Ending;
import io.bedrockmeter.simulator.truth.TruthEntry;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one answer at the pace of its reader: the next piece is generated only while the channel is writable. Confined to
 * its event loop.
 *
 * <p>The bill is durable before the last byte: the last piece is held until then. A client that leaves is billed whole.
 *
 * <pre>
 *   start ─ first-byte delay ─▶ head ─▶ pieces ─▶ last piece held ─ bill durable ─▶ ending
 *                                        │  ▲
 *                            not writable or paused
 * </pre>
 */
final class AnswerWriter {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);
    /** The peer reads what came before a reset only if it has a moment to. */
    private static final long BEFORE_RESET_MILLIS = 50;

    private final ChannelHandlerContext context;
    private final Answer answer;
    private final TruthLog log;
    private final boolean http2;
    private final boolean keepAlive;
    private Runnable onDone = () -> {};
    private State state = State.WAITING;
    private long bytesUntilCut;
    private boolean logged;

    /** Where the writer stands. */
    private enum State {
        /** Waiting for a delay, for the bill or for nothing any more. */
        WAITING,
        /** Writing pieces whenever the channel is writable. */
        WRITING,
        DONE
    }

    AnswerWriter(ChannelHandlerContext context, Answer answer, TruthLog log, boolean http2, boolean keepAlive) {
        this.context = context;
        this.answer = answer;
        this.log = log;
        this.http2 = http2;
        this.keepAlive = keepAlive;
        this.bytesUntilCut = answer.cut().afterBodyBytes();
    }

    void start(Runnable whenDone) {
        this.onDone = whenDone;
        after(answer.timing().firstByteDelayMillis(), this::head);
    }

    void onWritabilityChanged() {
        if (state == State.WRITING && context.channel().isWritable()) {
            pump();
        }
    }

    void onClientGone() {
        if (state == State.DONE) {
            return;
        }
        state = State.DONE;
        if (!logged) {
            logged = true;
            answer.truth().ifPresent(this::appendGone);
        }
    }

    private void appendGone(TruthEntry entry) {
        var unused = log.append(entry.billed() ? entry.withOutcome("client_gone") : entry);
    }

    private void head() {
        if (bytesUntilCut == Answer.BEFORE_HEAD) {
            bill(this::cut);
            return;
        }
        Answer.Head head = answer.head();
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()));
        head.headers().forEach(header -> response.headers().add(header.name(), header.value()));
        if (answer.body().length() >= 0) {
            response.headers().set("Content-Length", answer.body().length());
        } else if (!http2) {
            response.headers().set("Transfer-Encoding", HttpHeaderValues.CHUNKED);
        }
        if (!http2) {
            response.headers().set("Connection", keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        }
        send(response);
        state = State.WRITING;
        if (bytesUntilCut == 0) {
            bill(this::cut);
            return;
        }
        pump();
    }

    private void pump() {
        Iterator<byte[]> pieces = answer.body().pieces();
        long pause = answer.timing().pieceDelayMillis();
        while (state == State.WRITING && context.channel().isWritable()) {
            if (pause > 0) {
                state = State.WAITING;
                context.flush();
                after(pause, () -> {
                    state = State.WRITING;
                    write(pieces);
                    pumpUnlessWaiting();
                });
                return;
            }
            write(pieces);
        }
        context.flush();
    }

    private void pumpUnlessWaiting() {
        if (state == State.WRITING) {
            pump();
        }
    }

    private void write(Iterator<byte[]> pieces) {
        if (!pieces.hasNext()) {
            bill(() -> end(null));
            return;
        }
        byte[] piece = pieces.next();
        if (piece.length >= bytesUntilCut) {
            byte[] rest = Arrays.copyOf(piece, (int) bytesUntilCut);
            bill(() -> {
                send(new DefaultHttpContent(Unpooled.wrappedBuffer(rest)));
                cut();
            });
        } else if (!pieces.hasNext()) {
            bill(() -> end(piece));
        } else {
            bytesUntilCut -= piece.length;
            send(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
            if (answer.body().flushEach()) {
                context.flush();
            }
        }
    }

    /** Makes the bill durable, then goes on in the event loop. */
    private void bill(Runnable next) {
        state = State.WAITING;
        logged = true;
        if (answer.truth().isEmpty()) {
            next.run();
            return;
        }
        var durable = log.append(answer.truth().get());
        if (durable.isDone()) {
            goOn(next, durable.isCompletedExceptionally() ? durable.exceptionNow() : null);
        } else {
            context.flush();
            var unused =
                    durable.whenComplete((done, failure) -> context.executor().execute(() -> goOn(next, failure)));
        }
    }

    private void goOn(Runnable next, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.atError().setCause(failure).log("the truth log cannot be written: the answer is withheld");
            close();
        } else if (state != State.DONE) {
            next.run();
        }
    }

    private void end(byte @Nullable [] lastPiece) {
        LastHttpContent last = LastHttpContent.EMPTY_LAST_CONTENT;
        if (lastPiece != null) {
            send(new DefaultHttpContent(Unpooled.wrappedBuffer(lastPiece)));
        }
        state = State.DONE;
        var written = context.writeAndFlush(last);
        if (!keepAlive && !http2) {
            var unused = written.addListener(ChannelFutureListener.CLOSE);
        }
        onDone.run();
    }

    private void cut() {
        Ending ending = answer.cut().ending();
        context.flush();
        switch (ending) {
            case COMPLETE -> end(null);
            case STALL -> LOG.debug("the answer stalls");
            case CLOSE -> {
                state = State.DONE;
                var unused = context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> closeConnection());
            }
            case RESET -> after(bytesUntilCut == Answer.BEFORE_HEAD ? 0 : BEFORE_RESET_MILLIS, this::reset);
        }
    }

    private void reset() {
        state = State.DONE;
        if (http2) {
            send(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
            context.flush();
        } else {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        }
    }

    /** Writes without a look at the outcome: where a write fails, the channel closes and that is seen. */
    private void send(Object message) {
        var unused = context.write(message);
    }

    private void close() {
        var unused = context.close();
    }

    private void closeConnection() {
        var unused = (http2 ? context.channel().parent() : context.channel()).close();
    }

    private void after(long millis, Runnable action) {
        if (millis <= 0) {
            action.run();
            return;
        }
        var scheduled = context.executor()
                .schedule(
                        () -> {
                            if (state != State.DONE) {
                                action.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
        var unused = scheduled.addListener(done -> {
            if (!done.isSuccess() && !done.isCancelled()) {
                LOG.atWarn().setCause(done.cause()).log("an answer failed");
                close();
            }
        });
    }
}
