package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.RequestBegins;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * HTTP/1.1 of a server, strict where Netty's own codec forgives: a request begins with its method, after one empty line at most
 * (RFC 9112 §2.2), the words of its line are parted by one space each, the protocol is written in capitals, and no header is
 * folded (§5.2). Another party in front may read what is not so in another way.
 *
 * <p>A request that was sent ahead of its turn stays as the bytes it came in, and nothing more is read until its turn has come:
 * as objects, the many small ones of one read would take thirty times the room. Confined to its event loop.
 */
final class Http1Codec extends CombinedChannelDuplexHandler<HttpRequestDecoder, HttpResponseEncoder> {
    private static final String PROTOCOL = "HTTP/";
    private static final int DELETE = 0x7f;

    /** Of the requests not answered yet, in their order: an answer to HEAD has no body, whatever its head says. */
    private final ArrayDeque<HttpMethod> unanswered = new ArrayDeque<>(4);

    private final BooleanSupplier mayBegin;

    private boolean waitsForTurn;

    /**
     * A codec of one connection.
     *
     * @param mayBegin whether the next request has its turn; where it had not, a read is to tell that this may have changed
     */
    Http1Codec(HttpDecoderConfig config, BooleanSupplier mayBegin) {
        this.mayBegin = mayBegin;
        init(new StrictDecoder(config), new Encoder());
    }

    /** Goes on with what was read already, before anything else is read. */
    @Override
    public void read(ChannelHandlerContext context) throws Exception {
        if (!waitsForTurn) {
            super.read(context);
        } else if (mayBegin.getAsBoolean()) {
            waitsForTurn = false;
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        }
    }

    private final class StrictDecoder extends HttpRequestDecoder {
        private boolean betweenRequests = true;
        private boolean emptyLineSeen;
        private boolean broken;
        private boolean headPending;
        private boolean headTold;
        private int previousEnd;

        StrictDecoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            if (broken) {
                in.skipBytes(in.readableBytes());
            } else if (betweenRequests && !mayBegin.getAsBoolean()) {
                waitsForTurn = true;
            } else if (!betweenRequests || begins(in, out)) {
                if (headPending && isFolded(in)) {
                    refuse(in, out);
                    return;
                }
                super.decode(context, in, out);
                seeEnd(out);
                tellOfBeginning(context, out);
            }
        }

        /**
         * Whether a line of the head, as far as it has come, begins with a blank. The codec takes whole lines only, so what is here
         * begins with one.
         */
        private boolean isFolded(ByteBuf in) {
            int end = in.writerIndex();
            int line = in.readerIndex();
            while (line < end) {
                byte first = in.getByte(line);
                if (first == ' ' || first == '\t') {
                    return true;
                }
                if (first == HttpConstants.CR || first == HttpConstants.LF) {
                    return false;
                }
                int lineEnd = in.indexOf(line, end, HttpConstants.LF);
                if (lineEnd < 0) {
                    return false;
                }
                line = lineEnd + 1;
            }
            return false;
        }

        /** Told only of a head that does not come in one piece; most do. */
        private void tellOfBeginning(ChannelHandlerContext context, List<Object> out) {
            if (headPending && (!out.isEmpty() || betweenRequests)) {
                headPending = false;
            } else if (headPending && !headTold) {
                headTold = true;
                context.fireUserEventTriggered(RequestBegins.HERE);
            }
        }

        private void seeEnd(List<Object> out) {
            if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent end) {
                betweenRequests = true;
                emptyLineSeen = false;
                broken = end.decoderResult().isFailure();
            }
        }

        /** Whether a request begins here; if not, there is too little to tell, or what is there is none. */
        private boolean begins(ByteBuf in, List<Object> out) {
            while (in.isReadable()) {
                int first = in.getUnsignedByte(in.readerIndex());
                if (first > ' ' && first != DELETE) {
                    betweenRequests = false;
                    headPending = true;
                    headTold = false;
                    return true;
                }
                if (first == HttpConstants.CR && in.readableBytes() == 1) {
                    return false;
                }
                boolean emptyLine = first == HttpConstants.CR && in.getByte(in.readerIndex() + 1) == HttpConstants.LF;
                if (!emptyLine || emptyLineSeen) {
                    refuse(in, out);
                    return false;
                }
                in.skipBytes(2);
                emptyLineSeen = true;
            }
            return false;
        }

        private void refuse(ByteBuf in, List<Object> out) {
            broken = true;
            in.skipBytes(in.readableBytes());
            HttpMessage none = createInvalidMessage();
            none.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("no request begins like this")));
            out.add(none);
        }

        @Override
        protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
            previousEnd = start + length;
            return super.splitFirstWordInitialLine(line, start, length);
        }

        @Override
        protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
            requireOneSpace(line, start);
            previousEnd = start + length;
            return super.splitSecondWordInitialLine(line, start, length);
        }

        @Override
        protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
            requireOneSpace(line, start);
            for (int i = 0; i < PROTOCOL.length(); i++) {
                if (i >= length || line[start + i] != PROTOCOL.charAt(i)) {
                    throw new IllegalArgumentException("the request line does not end with a protocol");
                }
            }
            return super.splitThirdWordInitialLine(line, start, length);
        }

        private void requireOneSpace(byte[] line, int start) {
            if (start != previousEnd + 1 || line[previousEnd] != ' ') {
                throw new IllegalArgumentException("the words of the request line are not parted by one space");
            }
        }

        @Override
        protected HttpMessage createMessage(String[] initialLine) throws Exception {
            return remembered(super.createMessage(initialLine));
        }

        @Override
        protected HttpMessage createInvalidMessage() {
            return remembered(super.createInvalidMessage());
        }

        private HttpMessage remembered(HttpMessage request) {
            unanswered.add(((HttpRequest) request).method());
            return request;
        }
    }

    private final class Encoder extends HttpResponseEncoder {
        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse answer) {
            if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                return super.isContentAlwaysEmpty(answer);
            }
            HttpMethod asked = unanswered.poll();
            return HttpMethod.HEAD.equals(asked) || super.isContentAlwaysEmpty(answer);
        }
    }
}
