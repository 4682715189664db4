package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;

/** Looks at the head of the request of an HTTP/2 stream: most are gathered, one in both directions is not. */
final class StreamSelector extends ChannelInboundHandlerAdapter {
    private final Bedrock bedrock;
    private final TruthLog truth;
    private final Endpoint endpoint;

    StreamSelector(Bedrock bedrock, TruthLog truth, Endpoint endpoint) {
        this.bedrock = bedrock;
        this.truth = truth;
        this.endpoint = endpoint;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest head) {
            if (Bedrock.isBidirectional(SessionHandler.received(head, endpoint))) {
                context.pipeline().addLast(new SessionHandler(bedrock, truth, endpoint));
            } else {
                context.pipeline().addLast(new HttpObjectAggregator(DataPort.REQUEST_BODY_BYTES_MAX));
                context.pipeline().addLast(new CallHandler(bedrock, truth, endpoint, true));
            }
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        } else {
            context.fireChannelRead(message);
        }
    }
}
