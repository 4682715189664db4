package io.bedrockmeter.simulator;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.ScriptBook;
import io.bedrockmeter.simulator.script.ScriptJson;
import io.bedrockmeter.simulator.server.AdminActions;
import io.bedrockmeter.simulator.server.AdminPort;
import io.bedrockmeter.simulator.server.DataPort;
import io.bedrockmeter.simulator.sigv4.RequestVerifier;
import io.bedrockmeter.simulator.truth.TruthEntry;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A running stand-in for Amazon Bedrock on two ports of 127.0.0.1. Thread-safe; close it to stop. */
public final class Simulator implements AutoCloseable {
    private final EventLoopGroup group;
    private final TruthLog truth;
    private final AdminActions actions;
    private final Channel data;
    private final Channel admin;

    private Simulator(EventLoopGroup group, TruthLog truth, AdminActions actions, Channel data, Channel admin) {
        this.group = group;
        this.truth = truth;
        this.actions = actions;
        this.data = data;
        this.admin = admin;
    }

    /** Binds both ports and returns when they accept. */
    public static Simulator start(SimulatorOptions options) {
        TruthLog truth = options.truthLog()
                .map(file -> TruthLog.open(file, options.fsync()))
                .orElseGet(TruthLog::inMemory);
        ScriptBook scripts = new ScriptBook();
        Optional<RequestVerifier> verifier = options.verifySignatures()
                ? Optional.of(new RequestVerifier(
                        options.secrets(), options.bearerToken(), options.region(), options.clock()))
                : Optional.empty();
        Bedrock bedrock = new Bedrock(verifier, scripts, options.region(), options.clock(), options.seed());
        AdminActions actions = new Actions(scripts, bedrock, truth);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(options.threads(), NioIoHandler.newFactory());
        try {
            Channel data = new DataPort(bedrock, truth).bind(group, options.port());
            Channel admin = new AdminPort(actions).bind(group, options.adminPort());
            return new Simulator(group, truth, actions, data, admin);
        } catch (RuntimeException e) {
            stop(group, truth);
            throw e;
        }
    }

    public int dataPort() {
        return ((InetSocketAddress) data.localAddress()).getPort();
    }

    public int adminPort() {
        return ((InetSocketAddress) admin.localAddress()).getPort();
    }

    /** Where an SDK is pointed to. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + dataPort());
    }

    /** Answers the next requests that match in the way of this script. */
    public void script(Script script) {
        actions.script(script);
    }

    /** Scripts as JSON, one or an array of them. */
    public void script(String json) {
        ScriptJson.parse(json).forEach(actions::script);
    }

    /** The truth in memory, oldest first. */
    public List<TruthEntry> truth() {
        return actions.truth();
    }

    /** Forgets scripts, cached prompts and the truth in memory. */
    public void reset() {
        actions.reset();
    }

    @Override
    public void close() {
        data.close().syncUninterruptibly();
        admin.close().syncUninterruptibly();
        stop(group, truth);
    }

    private static void stop(EventLoopGroup group, TruthLog truth) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        try {
            truth.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the truth log", e);
        }
    }

    /** The state that can be changed while it runs. */
    private record Actions(ScriptBook scripts, Bedrock bedrock, TruthLog log) implements AdminActions {
        @Override
        public void script(Script script) {
            scripts.add(script);
        }

        @Override
        public List<TruthEntry> truth() {
            return log.entries();
        }

        @Override
        public void reset() {
            scripts.clear();
            bedrock.reset();
            log.forget();
        }
    }
}
