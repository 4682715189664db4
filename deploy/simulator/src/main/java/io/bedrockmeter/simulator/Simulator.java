package io.bedrockmeter.simulator;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.control.ControlPlane;
import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.s3.ObjectStore;
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

/** A running stand-in for Amazon Bedrock on three ports of 127.0.0.1. Thread-safe; close it to stop. */
public final class Simulator implements AutoCloseable {
    private static final int QUIET_MILLIS = 20;

    private final EventLoopGroup group;
    private final TruthLog truth;
    private final Actions actions;
    private final Ports ports;

    /** What is bound. */
    private record Ports(List<DataPort> all, Channel data, Channel mantle, Channel admin) {}

    private Simulator(EventLoopGroup group, TruthLog truth, Actions actions, Ports ports) {
        this.group = group;
        this.truth = truth;
        this.actions = actions;
        this.ports = ports;
    }

    /** Binds all ports and returns when they accept. */
    public static Simulator start(SimulatorOptions options) {
        TruthLog truth = options.truthLog()
                .map(file -> TruthLog.open(file, options.fsync()))
                .orElseGet(TruthLog::inMemory);
        ScriptBook scripts = new ScriptBook();
        Optional<RequestVerifier> verifier = options.verifySignatures()
                ? Optional.of(new RequestVerifier(
                        options.secrets(), options.bearerToken(), options.region(), options.clock()))
                : Optional.empty();
        ControlPlane control = new ControlPlane(options.region());
        ObjectStore objects = new ObjectStore();
        Bedrock bedrock = new Bedrock(
                verifier, scripts, control, objects, options.region(), options.clock(), options.seed(), truth::append);
        Actions actions = new Actions(scripts, control, objects, bedrock, truth);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(options.threads(), NioIoHandler.newFactory());
        try {
            DataPort runtime = new DataPort(bedrock, truth, Endpoint.RUNTIME);
            DataPort mantle = new DataPort(bedrock, truth, Endpoint.MANTLE);
            Ports ports = new Ports(
                    List.of(runtime, mantle),
                    runtime.bind(group, options.port()),
                    mantle.bind(group, options.mantlePort()),
                    new AdminPort(actions).bind(group, options.adminPort()));
            return new Simulator(group, truth, actions, ports);
        } catch (RuntimeException e) {
            stop(group, truth);
            throw e;
        }
    }

    public int dataPort() {
        return port(ports.data());
    }

    /** The data port of the host {@code bedrock-mantle}. */
    public int mantlePort() {
        return port(ports.mantle());
    }

    public int adminPort() {
        return port(ports.admin());
    }

    /** Where an SDK is pointed to. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + dataPort());
    }

    /** Where a client of {@code bedrock-mantle} is pointed to. */
    public URI mantleEndpoint() {
        return URI.create("http://127.0.0.1:" + mantlePort());
    }

    /** Answers the next requests that match in the way of this script. */
    public void script(Script script) {
        actions.script(script);
    }

    /** Scripts as JSON, one or an array of them. */
    public void script(String json) {
        ScriptJson.parse(json).forEach(actions::script);
    }

    /** How many scripts no request has taken yet. */
    public int scriptsWaiting() {
        return actions.scriptsWaiting();
    }

    /** Puts something into the account that the control plane knows and calls can name. */
    public void resource(Resource resource) {
        actions.resource(resource);
    }

    /** Takes something out of the account. */
    public void delete(String arn) {
        actions.control().remove(arn);
    }

    /** What the control plane was asked so far, oldest first. */
    public List<Lookup> lookups() {
        return actions.lookups();
    }

    /** The objects of its S3. */
    public ObjectStore objects() {
        return actions.objects();
    }

    /** The truth in memory, oldest first. */
    public List<TruthEntry> truth() {
        return actions.truth();
    }

    /** Forgets scripts, resources, objects, cached prompts, jobs and the truth in memory. */
    public void reset() {
        actions.reset();
    }

    @Override
    public void close() {
        ports.data().close().syncUninterruptibly();
        ports.mantle().close().syncUninterruptibly();
        ports.admin().close().syncUninterruptibly();
        ports.all().forEach(DataPort::closeConnections);
        stop(group, truth);
    }

    private static int port(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private static void stop(EventLoopGroup group, TruthLog truth) {
        // Streams are closed in a turn after their connection.
        group.shutdownGracefully(QUIET_MILLIS, 2_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
        try {
            truth.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the truth log", e);
        }
    }

    /** The state that can be changed while it runs. */
    private record Actions(ScriptBook scripts, ControlPlane control, ObjectStore objects, Bedrock bedrock, TruthLog log)
            implements AdminActions {
        @Override
        public void script(Script script) {
            scripts.add(script);
        }

        @Override
        public int scriptsWaiting() {
            return scripts.size();
        }

        @Override
        public void resource(Resource resource) {
            control.add(resource);
        }

        @Override
        public List<TruthEntry> truth() {
            return log.entries();
        }

        @Override
        public List<Lookup> lookups() {
            return control.lookups();
        }

        @Override
        public void reset() {
            scripts.clear();
            control.clear();
            objects.clear();
            bedrock.reset();
            log.forget();
        }
    }
}
