package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.admin.AdminResources;
import io.bedrockmeter.proxy.admin.AdminServer;
import io.bedrockmeter.proxy.admin.Readiness;
import io.bedrockmeter.proxy.auth.AuditLog;
import io.bedrockmeter.proxy.batch.BatchFollower;
import io.bedrockmeter.proxy.batch.BatchThread;
import io.bedrockmeter.proxy.capacity.CapacityAccrual;
import io.bedrockmeter.proxy.config.ConfigWatch;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.SettingChange;
import io.bedrockmeter.proxy.control.IdentifierResolver;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.exchange.BodyBudget;
import io.bedrockmeter.proxy.exchange.InFlight;
import io.bedrockmeter.proxy.exchange.Sources;
import io.bedrockmeter.proxy.jobs.JobRegister;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import io.bedrockmeter.proxy.route.JobKind;
import io.bedrockmeter.proxy.server.Listener;
import io.bedrockmeter.proxy.server.ListenerTls;
import io.bedrockmeter.proxy.server.TlsContexts;
import io.bedrockmeter.proxy.upstream.UpstreamPools;
import io.bedrockmeter.proxy.upstream.UpstreamTarget;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: everything wired, in the order in which it is started, and stopped in the reverse.
 *
 * <p>{@link #start} waits until calls can be taken. {@link #drain} and {@link #close} wait too; none of them is for an event
 * loop.
 */
public final class Proxy implements AutoCloseable, ConfigWatch.Running {
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);
    /** For the entries of what was cut at the drain limit. */
    private static final Duration LAST_ENTRIES = Duration.ofSeconds(5);

    private final Metered metered;
    private final InForce.Lasting lasting;
    private final EventLoopGroup loops;
    private final Listener listener;
    private final AdminServer admin;
    private final @Nullable IdentifierResolver resolver;
    private final BatchThread batch;
    private final CapacityAccrual accrual;
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile InForce inForce;
    private volatile boolean stopping;
    private volatile boolean stopped;

    private Proxy(ProxyConfig config, Setting setting, Metered metered, Identity identity, Callers callers)
            throws IOException {
        this.metered = metered;
        this.loops = new MultiThreadIoEventLoopGroup(
                setting.eventLoops() > 0 ? setting.eventLoops() : NettyRuntime.availableProcessors(),
                new DefaultThreadFactory("event-loop"),
                NioIoHandler.newFactory());
        this.batch = new BatchThread(follower(config, setting)::round, setting.batchPauses());
        this.lasting = new InForce.Lasting(
                setting,
                metered,
                new AuditLog(setting.nanoClock()),
                // Ids must differ, not be secret: each thread's own generator will do.
                new AttemptIds(
                        setting.clock(), () -> ThreadLocalRandom.current().nextLong()),
                new BodyBudget(config.limits().bodiesTotal().bytes()),
                new BodyBudget(config.limits().bodiesUnverified().bytes()),
                new Sources(setting.nanoClock()),
                new JobRegister(metered.ledger(), config.ledger().path(), this::onJobBegun),
                new InFlight(loops),
                pools(config, config.upstream().endpoint(), setting),
                config.upstream().mantleEndpoint() == null
                        ? null
                        : pools(config, config.upstream().mantleEndpoint(), setting),
                pools(config, config.upstream().controlEndpoint(), setting));
        this.inForce = InForce.of(config, identity, callers, InForce.tls(config), lasting);
        callers.start(metered, lasting.audit());
        // Labels of keys are known now, and nobody has called.
        metered.obey(config.budgets());
        this.resolver = config.metering().resolve() ? resolver(config) : null;
        this.accrual = accrual(config);
        this.listener =
                Listener.open(loops, config.listen().socketAddress(), () -> inForce.serving(), lasting.sources());
        this.admin = AdminServer.start(
                () -> inForce.config().admin(),
                new AdminResources(
                                metered.scraped(),
                                this::readiness,
                                metered::prices,
                                setting.clock(),
                                config.ledger().path(),
                                () -> inForce.config().prices().discounts(),
                                () -> inForce.config().prices().capacity().throughputByArn(),
                                () -> metered.budgets().statuses(setting.clock().instant()),
                                metered.rerate(config.ledger().path(), lasting.attemptIds()::next))
                        .byPath(),
                from -> inForce.serving().services().turnedAway("admin_key", from));
        accrual.start();
    }

    /**
     * What a proxy takes from its surroundings, so that tests can give it others.
     *
     * @param clock wall clock
     * @param nanoClock for durations
     * @param eventLoops how many event loops; 0 for one a core
     * @param batchPauses between rounds of looks at batch jobs
     * @param onLedgerFailed called once if the ledger can no longer be trusted: the process must end
     */
    public record Setting(
            InstantSource clock,
            LongSupplier nanoClock,
            int eventLoops,
            BatchThread.Pauses batchPauses,
            Runnable onLedgerFailed) {
        /** The process's own clocks, and one event loop a core. */
        public static Setting ofProcess(Runnable onLedgerFailed) {
            return new Setting(
                    InstantSource.system(), System::nanoTime, 0, BatchThread.Pauses.UP_TO_A_MINUTE, onLedgerFailed);
        }
    }

    /**
     * Starts a proxy.
     *
     * @throws IOException if a port, a file or the ledger cannot be opened; the message names it and the way out
     */
    public static Proxy start(ProxyConfig config, Setting setting) throws IOException {
        Callers callers = Callers.load(config.auth(), setting.clock(), null);
        Metered metered = Metered.open(config, setting);
        Identity identity = Identity.load(config, setting.clock());
        try {
            Proxy proxy = new Proxy(config, setting, metered, identity, callers);
            proxy.batch.start();
            log.atInfo()
                    .addKeyValue("data", proxy.port())
                    .addKeyValue("admin", proxy.adminPort())
                    .addKeyValue("upstream", config.upstream().endpoint())
                    .addKeyValue("ledger", config.ledger().path())
                    .addKeyValue("prices", metered.prices().version())
                    .log("ready");
            return proxy;
        } catch (IOException | RuntimeException e) {
            callers.close();
            identity.close();
            metered.close();
            throw e;
        }
    }

    /** The data port. */
    public int port() {
        return listener.port();
    }

    /** The admin port. */
    public int adminPort() {
        return admin.address().getPort();
    }

    /** What this proxy records and shows. */
    public Metered metered() {
        return metered;
    }

    /** Charges capacity that is paid by time. */
    public CapacityAccrual accrual() {
        return accrual;
    }

    /**
     * Brings another configuration into force for connections and exchanges that start from now on; or, if it throws, changes
     * nothing. What is fixed while a proxy runs stays as it is. May wait for credentials.
     */
    @Override
    public synchronized void reload(ProxyConfig config) throws IOException {
        InForce before = inForce;
        ProxyConfig next = config.withFixedPartsOf(before.config());
        // First all that can fail.
        PriceBook prices = ConfiguredPrices.of(next);
        ListenerTls tls = InForce.tls(next);
        Identity identity = before.identity().isFor(next)
                ? before.identity()
                : Identity.loadNow(next, lasting.setting().clock());
        Callers callers = before.callers().isFor(next)
                ? before.callers()
                : Callers.load(next.auth(), lasting.setting().clock(), before.callers());
        metered.obey(next.budgets());
        metered.reload(next, prices);
        lasting.bodies().allow(next.limits().bodiesTotal().bytes());
        lasting.strangersBodies().allow(next.limits().bodiesUnverified().bytes());
        inForce = InForce.of(next, identity, callers, tls, lasting);
        if (!Objects.equals(before.clients(), inForce.clients())) {
            // Whoever was let in by what is no longer believed must not stay.
            listener.endConnections(next.upstream().timeouts().total());
        }
        if (callers != before.callers()) {
            before.callers().close();
            callers.start(metered, lasting.audit());
        }
        if (identity != before.identity()) {
            before.identity().close();
        }
    }

    @Override
    public void changed(List<SettingChange> changes) {
        changes.forEach(change -> lasting.audit().configured(change.key(), change.before(), change.after()));
    }

    @Override
    public void refused() {
        metered.configRefused();
    }

    /**
     * Takes no new calls and waits for the running ones, also for those whose caller has left; those that outlast the limit are
     * cut, with an entry each.
     *
     * @return whether all ended by themselves
     */
    public boolean drain() throws InterruptedException {
        return stop(inForce.config().limits().drain());
    }

    /** Cuts what runs, with an entry each, unless it was drained before; then ends everything. May be called again. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (!stopped) {
                stop(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            // Whoever is in a hurry leaves what runs to the recovery of the ledger.
            Thread.currentThread().interrupt();
        }
        listener.close();
        loops.shutdownGracefully(0, LAST_ENTRIES.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        lasting.runtime().close();
        if (lasting.mantle() != null) {
            lasting.mantle().close();
        }
        lasting.control().close();
        batch.close();
        if (resolver != null) {
            resolver.close();
        }
        accrual.close();
        inForce.callers().close();
        inForce.identity().close();
        lasting.jobs().close();
        metered.close();
        admin.close();
    }

    private boolean stop(Duration limit) throws InterruptedException {
        stopping = true;
        LongSupplier nanoClock = lasting.setting().nanoClock();
        long end = nanoClock.getAsLong() + limit.toNanos();
        boolean all = listener.drain(limit)
                && await(lasting.inFlight().over(), Duration.ofNanos(Math.max(0, end - nanoClock.getAsLong())));
        CompletableFuture<Void> ended = lasting.inFlight().end();
        if (!all) {
            listener.stopNow(LAST_ENTRIES);
        }
        if (!await(ended, LAST_ENTRIES)) {
            log.atWarn().log("some calls have no entry yet; the next start finds them open and accounts for them");
        }
        stopped = true;
        return all;
    }

    private static boolean await(CompletableFuture<Void> future, Duration limit) throws InterruptedException {
        try {
            future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the wait for running calls failed", e);
        }
    }

    private IdentifierResolver resolver(ProxyConfig config) {
        IdentifierResolver made = new IdentifierResolver(new IdentifierResolver.Surroundings(
                () -> inForce.identity().controlPlane(),
                config.ledger().path(),
                metered.repricing(lasting.attemptIds()::next),
                metered::learn,
                metered.meters()::lookedUp,
                IdentifierResolver.Pause.SLEEP,
                () -> ThreadLocalRandom.current().nextLong()));
        metered.onUnresolved(made::onUnresolved);
        made.start();
        return made;
    }

    /** What is known of the proxy is asked for only once it runs. */
    private BatchFollower follower(ProxyConfig config, Setting setting) {
        return new BatchFollower(new BatchFollower.Surroundings(
                () -> inForce.identity().batchSource(),
                metered.ledger(),
                config.ledger().path(),
                metered::prices,
                metered.batchMeters(this::lookUp),
                setting.clock(),
                () -> ThreadLocalRandom.current().nextLong()));
    }

    private void lookUp(String identifier) {
        if (resolver != null) {
            resolver.lookUp(identifier);
        }
    }

    private void onJobBegun(JobKind kind) {
        if (kind == JobKind.BATCH) {
            batch.wake();
        }
    }

    private CapacityAccrual accrual(ProxyConfig config) {
        return new CapacityAccrual(new CapacityAccrual.Surroundings(
                () -> inForce.config().prices().capacity(),
                () -> inForce.identity().capacities(),
                metered.ledger(),
                config.ledger().path(),
                metered::prices,
                config.upstream().region(),
                () -> inForce.config().upstream().timeouts().total(),
                metered::publishCapacity,
                metered::showHoldings,
                lasting.setting().clock(),
                IdentifierResolver.Pause.SLEEP));
    }

    private Readiness readiness() {
        List<String> reasons = new ArrayList<>();
        if (stopping) {
            reasons.add("the proxy is stopping");
        }
        LedgerHealth health = metered.ledger().health();
        if (health != LedgerHealth.OK) {
            reasons.add("the ledger is " + health);
        }
        String noCredentials = inForce.identity().whyMissing();
        if (noCredentials != null && Identity.isNeeded(inForce.config())) {
            reasons.add("no AWS credentials: " + noCredentials);
        }
        return new Readiness(reasons);
    }

    private UpstreamPools pools(ProxyConfig config, URI endpoint, Setting setting) throws IOException {
        boolean isTls = endpoint.getScheme().equals("https");
        Path trusted = config.upstream().trustedCertificates();
        SslContext tls = isTls ? TlsContexts.forUpstream(trusted) : null;
        SslContext tlsOfHttp2 = isTls ? TlsContexts.forUpstreamHttp2(trusted) : null;
        int port = endpoint.getPort() >= 0 ? endpoint.getPort() : isTls ? 443 : 80;
        return new UpstreamPools(
                new UpstreamTarget(endpoint.getHost(), port, tls, tlsOfHttp2),
                () -> inForce.upstream(),
                setting.nanoClock());
    }
}
