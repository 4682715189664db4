package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.bedrock.SpeechSession;
import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.eventstream.Message;
import software.amazon.awssdk.eventstream.MessageDecoder;

/** Carries one session in both directions over one HTTP/2 stream. Confined to its event loop. */
final class SessionHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);
    private static final long SESSION_MINUTES_MAX = 8;

    private final Bedrock bedrock;
    private final TruthLog truth;
    private final Endpoint endpoint;
    private final MessageDecoder decoder = new MessageDecoder();
    private @Nullable SpeechSession session;
    private @Nullable AnswerWriter refusal;
    private @Nullable ScheduledFuture<?> headDelay;
    private @Nullable ScheduledFuture<?> timeout;
    private boolean ended;

    SessionHandler(Bedrock bedrock, TruthLog truth, Endpoint endpoint) {
        this.bedrock = bedrock;
        this.truth = truth;
        this.endpoint = endpoint;
    }

    static Received received(HttpRequest head, Endpoint endpoint) {
        List<Header> headers = head.headers().entries().stream()
                .map(entry -> new Header(entry.getKey(), entry.getValue()))
                .toList();
        return new Received(head.method().name(), head.uri(), headers, new byte[0], endpoint);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpRequest head) {
            open(context, received(head, endpoint));
        }
        SpeechSession running = session;
        if (running != null && !ended && message instanceof HttpContent content) {
            take(context, running, content);
        }
    }

    private void open(ChannelHandlerContext context, Received head) {
        switch (bedrock.open(head)) {
            case Bedrock.Opening.Refused refused -> {
                refusal = new AnswerWriter(context, refused.answer(), truth, true, true);
                refusal.start(() -> {});
            }
            case Bedrock.Opening.Opened opened -> {
                session = opened.session();
                long delay = opened.session().headDelayMillis();
                if (delay > 0) {
                    context.channel().config().setAutoRead(false);
                    headDelay = context.executor()
                            .schedule(() -> begin(context, opened.session()), delay, TimeUnit.MILLISECONDS);
                } else {
                    begin(context, opened.session());
                }
                timeout = context.executor()
                        .schedule(
                                () -> {
                                    send(context, opened.session().onTimeout());
                                    end(context, opened.session());
                                },
                                SESSION_MINUTES_MAX,
                                TimeUnit.MINUTES);
            }
        }
    }

    /** Answers with the head, and reads what was said meanwhile. */
    private static void begin(ChannelHandlerContext context, SpeechSession opened) {
        Answer.Head answer = opened.head();
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        answer.headers().forEach(header -> response.headers().add(header.name(), header.value()));
        context.writeAndFlush(response);
        context.channel().config().setAutoRead(true);
    }

    private void take(ChannelHandlerContext context, SpeechSession running, HttpContent content) {
        decoder.feed(ByteBufUtil.getBytes(content.content()));
        for (Message frame : decoder.getDecodedMessages()) {
            if (!running.isOver()) {
                send(context, running.onFrame(frame));
            }
        }
        if (content instanceof LastHttpContent) {
            running.onEnd();
        }
        if (running.isOver()) {
            end(context, running);
        }
    }

    private static void send(ChannelHandlerContext context, List<byte[]> frames) {
        frames.forEach(frame -> context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(frame))));
        context.flush();
    }

    /** The bill is durable before the end of the answer. */
    private void end(ChannelHandlerContext context, SpeechSession running) {
        if (ended) {
            return;
        }
        ended = true;
        cancelTimers();
        var unused = truth.append(running.truth())
                .whenComplete((done, failure) -> context.executor().execute(() -> {
                    if (failure == null) {
                        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                    } else {
                        LOG.atError().setCause(failure).log("the truth log cannot be written: the answer is withheld");
                        context.close();
                    }
                }));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (refusal != null) {
            refusal.onWritabilityChanged();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (refusal != null) {
            refusal.onClientGone();
        }
        SpeechSession running = session;
        if (running != null && !ended) {
            ended = true;
            cancelTimers();
            running.onClientGone();
            var unused = truth.append(running.truth());
        }
        context.fireChannelInactive();
    }

    private void cancelTimers() {
        cancel(headDelay);
        cancel(timeout);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atDebug().setCause(cause).log("a session failed");
        var unused = context.close();
    }
}
