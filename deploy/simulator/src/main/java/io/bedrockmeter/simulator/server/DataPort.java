package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.concurrent.GlobalEventExecutor;

/** The data port of one host: HTTP/1.1 and HTTP/2 with prior knowledge, in plaintext. */
public final class DataPort {
    /** Bedrock takes 25,000,000 bytes. */
    static final int REQUEST_BODY_BYTES_MAX = 25_000_000;

    private static final int STREAMS_PER_CONNECTION_MAX = 10_000;
    private static final WriteBufferWaterMark LITTLE = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    private final Bedrock bedrock;
    private final TruthLog truth;
    private final Endpoint endpoint;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    public DataPort(Bedrock bedrock, TruthLog truth, Endpoint endpoint) {
        this.bedrock = bedrock;
        this.truth = truth;
        this.endpoint = endpoint;
    }

    /** Binds 127.0.0.1; port 0 takes a free one. */
    public Channel bind(EventLoopGroup group, int port) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, LITTLE)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(
                                        new ProtocolDetector(DataPort.this::installHttp1, DataPort.this::installHttp2));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /**
     * Closes all streams and connections, and waits. An event loop that is shut down closes its connections too, but not the streams of HTTP/2 on
     * them, which keep what they have not read.
     */
    public void closeConnections() {
        streams.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }

    private void installHttp1(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(new HttpObjectAggregator(REQUEST_BODY_BYTES_MAX));
        pipeline.addLast(new CallHandler(bedrock, truth, endpoint, false));
    }

    private void installHttp2(ChannelPipeline pipeline) {
        pipeline.addLast(Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(STREAMS_PER_CONNECTION_MAX))
                // Tests cancel many streams on purpose.
                .decoderEnforceMaxRstFramesPerWindow(0, 0)
                .build());
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                streams.add(stream);
                stream.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, LITTLE);
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                stream.pipeline().addLast(new StreamSelector(bedrock, truth, endpoint));
            }
        }));
    }
}
