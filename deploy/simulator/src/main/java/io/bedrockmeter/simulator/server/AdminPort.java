package io.bedrockmeter.simulator.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;

/** The admin port: scripts in, truth out, as JSON over HTTP/1.1. */
public final class AdminPort {
    private static final int REQUEST_BODY_BYTES_MAX = 64 * 1024 * 1024;

    private final AdminActions actions;

    public AdminPort(AdminActions actions) {
        this.actions = actions;
    }

    /** Binds 127.0.0.1; port 0 takes a free one. */
    public Channel bind(EventLoopGroup group, int port) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec());
                        channel.pipeline().addLast(new HttpObjectAggregator(REQUEST_BODY_BYTES_MAX));
                        channel.pipeline().addLast(new AdminHandler(actions));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }
}
