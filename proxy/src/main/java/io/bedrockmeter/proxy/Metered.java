package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.Metering;
import io.bedrockmeter.metering.Repricing;
import io.bedrockmeter.metering.Spending;
import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetPeriod;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.budget.Recollection;
import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.meters.AllowedLabels;
import io.bedrockmeter.metering.meters.BudgetMeters;
import io.bedrockmeter.metering.meters.HoldingFigures;
import io.bedrockmeter.metering.meters.LedgerFigures;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.meters.StateMeters;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.rate.RateLimiter;
import io.bedrockmeter.metering.report.SpendHistory;
import io.bedrockmeter.proxy.admin.ScrapedMeters;
import io.bedrockmeter.proxy.batch.BatchMeters;
import io.bedrockmeter.proxy.config.AccountsConfig.Account;
import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.BudgetsConfig;
import io.bedrockmeter.proxy.config.CapacityConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.keys.KeyBook;
import io.bedrockmeter.proxy.keys.VirtualKey;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import io.bedrockmeter.proxy.prices.Rerate;
import io.bedrockmeter.proxy.prices.WaitingBooks;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metering side of a running proxy: prices, ledger, meters, and the façade over them. */
public final class Metered implements AutoCloseable {
    /** Names of teams, and as many of applications, that tokens may bring to the meters; further ones are shown as other. */
    private static final int NAMES_MAX = 1_000;

    private final InstantSource clock;
    private final StateMeters state;
    private final RateLimiter rates;
    private final Budgets budgets;
    private final Spending spending;
    private final ScrapedMeters scraped;
    private final MeterPublisher meters;
    private final SqliteLedger ledger;
    private final Metering metering;

    private volatile PriceBook prices;
    private volatile long sessionTokensMax;
    private volatile Consumer<LedgerEntry> unresolved = entry -> {};
    private Map<String, ModelRef> learnt = Map.of();
    private ProxyConfig configured;
    private KeyBook keys = KeyBook.empty();
    private volatile Map<String, String> labels = Map.of();
    /** Names that verified tokens have brought; each set is bounded, and only grows. */
    private final Set<String> broughtTeams = ConcurrentHashMap.newKeySet();

    private final Set<String> broughtApps = ConcurrentHashMap.newKeySet();
    /** Guards what the meters may show, and nothing that takes time, because event loops take it. */
    private final Object labelLock = new Object();

    private AllowedLabels configuredLabels;

    private Metered(
            ProxyConfig configured,
            InstantSource clock,
            StateMeters state,
            PriceBook prices,
            ScrapedMeters scraped,
            MeterPublisher meters,
            SqliteLedger ledger,
            RateLimiter rates,
            long sessionTokensMax) {
        this.configured = configured;
        this.clock = clock;
        this.state = state;
        this.prices = prices;
        this.scraped = scraped;
        this.meters = meters;
        this.ledger = ledger;
        this.rates = rates;
        BudgetMeters shown = new BudgetMeters(scraped.registry(), meters);
        this.budgets = new Budgets(new BudgetNews(shown));
        this.spending = new Spending(budgets, this::labelOfKey);
        scraped.beforeEachScrape(() -> shown.show(budgets.statuses(clock.instant())));
        this.sessionTokensMax = sessionTokensMax;
        this.configuredLabels = allowed(configured, prices, keys);
        this.metering = new Metering(
                ledger,
                this::prices,
                () -> this.sessionTokensMax,
                rates,
                spending,
                meters,
                entry -> unresolved.accept(entry));
    }

    /**
     * Opens the ledger, loads the prices and puts the meters up.
     *
     * @throws IOException if one of them cannot be had; the message names it and the way out
     */
    static Metered open(ProxyConfig config, Proxy.Setting setting) throws IOException {
        PriceBook prices = ConfiguredPrices.of(config);
        ScrapedMeters scraped = new ScrapedMeters();
        MeterPublisher meters = new MeterPublisher(
                scraped.registry(), setting.clock(), settings(config), allowed(config, prices, KeyBook.empty()));
        SqliteLedger ledger = ledger(config, setting);
        for (LedgerEntry entry : ledger.recovered()) {
            meters.publishRecovered(entry);
        }
        RateLimiter rates = new RateLimiter(setting.nanoClock());
        rates.apply(config.limits().rates());
        StateMeters state = new StateMeters(scraped.registry(), BuildInfo.version(), BuildInfo.revision());
        state.configLoaded(setting.clock().instant());
        showBooks(state, config, prices);
        state.ledger(new Figures(ledger), meters::totalCostPicos);
        return new Metered(
                config,
                setting.clock(),
                state,
                prices,
                scraped,
                meters,
                ledger,
                rates,
                config.metering().sessionTokensMax());
    }

    private static void showBooks(StateMeters state, ProxyConfig config, PriceBook prices) {
        state.priceBooks(
                prices.layers().stream().collect(Collectors.toMap(PriceBook.Layer::name, PriceBook.Layer::timestamp)));
        state.priceBooksWaiting(WaitingBooks.of(config.prices()));
    }

    /** The façade. */
    Metering metering() {
        return metering;
    }

    /** The price book in force. */
    public PriceBook prices() {
        return prices;
    }

    /** What {@code /metrics} shows. */
    public ScrapedMeters scraped() {
        return scraped;
    }

    /** The exact sums behind it. */
    public MeterPublisher meters() {
        return meters;
    }

    /** The limits of rate, and what calls hold of them. */
    public RateLimiter rates() {
        return rates;
    }

    /** The budgets, and what is left of them. */
    public Budgets budgets() {
        return budgets;
    }

    /** The ledger. */
    public SqliteLedger ledger() {
        return ledger;
    }

    /** Lets the accounts of keys be shown, beside those of the configuration. */
    synchronized void allowKeys(KeyBook book) {
        labels = book.keys().stream().collect(Collectors.toUnmodifiableMap(VirtualKey::id, VirtualKey::label));
        keys = book;
        allow(allowed(configured, prices, keys));
    }

    /** Lets the names of an account be shown that a verified token brought, of which the first {@link #NAMES_MAX} are. */
    void allowAccount(AccountId account) {
        boolean newTeam = isNew(broughtTeams, account.team());
        boolean newApp = isNew(broughtApps, account.app());
        if (newTeam || newApp) {
            synchronized (labelLock) {
                meters.allow(configuredLabels.with(broughtTeams, broughtApps));
            }
        }
    }

    private static boolean isNew(Set<String> names, String name) {
        return !names.contains(name) && names.size() < NAMES_MAX && names.add(name);
    }

    private void allow(AllowedLabels labels) {
        synchronized (labelLock) {
            configuredLabels = labels;
            meters.allow(labels.with(broughtTeams, broughtApps));
        }
    }

    /**
     * Brings budgets into force, with what the ledger has of their periods. Waits for the disk.
     *
     * @throws IOException if the ledger cannot be read; nothing has changed then
     */
    void obey(BudgetsConfig config) throws IOException {
        List<Budget> next = config.budgets();
        Recollection recollection = budgets.begin(next);
        Set<BudgetPeriod.Span> periods = recollection.periods(clock.instant());
        if (periods.isEmpty()) {
            recollection.finish(List.of(), id -> false);
            budgets.obey(config.acts());
            return;
        }
        boolean withTokens = next.stream().anyMatch(budget -> budget.unit() == BudgetUnit.TOKENS);
        try (LedgerReader reader = LedgerReader.open(configured.ledger().path())) {
            reader.ask(connection -> {
                SpendHistory.tell(connection, recollection, periods, this::labelOfKey, withTokens);
                return periods;
            });
        } catch (LedgerException e) {
            throw new IOException("budgets: " + e.getMessage(), e);
        } finally {
            recollection.abandon();
        }
        budgets.obey(config.acts());
    }

    private String labelOfKey(String keyId) {
        return labels.getOrDefault(keyId, "");
    }

    /** Brings another configuration into force, with the prices that {@link ConfiguredPrices} made of it. */
    synchronized void reload(ProxyConfig config, PriceBook newPrices) {
        configured = config;
        keys = config.auth() instanceof AuthConfig.Keys ? keys : KeyBook.empty();
        allow(allowed(config, newPrices, keys));
        meters.apply(settings(config));
        prices = newPrices.knowing(learnt);
        rates.apply(config.limits().rates());
        sessionTokensMax = config.metering().sessionTokensMax();
        state.configLoaded(clock.instant());
        showBooks(state, config, newPrices);
    }

    /** Brings into force what is known of identifiers that name no model. */
    synchronized void learn(Map<String, ModelRef> modelByIdentifier) {
        learnt = modelByIdentifier;
        prices = prices.knowing(learnt);
    }

    /** Says who is told of calls whose model is not known. */
    void onUnresolved(Consumer<LedgerEntry> told) {
        unresolved = told;
    }

    private void corrected(Correction correction) {
        spending.corrected(correction);
        meters.publishCorrection(correction);
    }

    /** A share of capacity that is paid by time was recorded. */
    void publishCapacity(LedgerEntry entry) {
        spending.counted(entry);
        meters.publishCapacity(entry);
    }

    /** Prices calls anew. */
    Repricing repricing(Supplier<String> attemptIds) {
        return new Repricing(ledger, this::prices, this::corrected, attemptIds);
    }

    /** Prices recorded calls by another book. */
    Rerate rerate(Path file, Supplier<String> attemptIds) {
        return new Rerate(file, ledger, this::corrected, attemptIds);
    }

    /** Shows what becomes of batch jobs, whose identifiers are told to whoever looks them up. */
    BatchMeters batchMeters(Consumer<String> lookedUp) {
        return new BatchMeters(meters, state, spending, lookedUp, entry -> unresolved.accept(entry));
    }

    /** Shows the provisioned throughput that there is. */
    void showHoldings(Collection<HoldingFigures> holdings) {
        state.holdings(holdings);
    }

    /** Shows whether the keys in force may be older than those that are kept. */
    void keysStale(boolean stale) {
        state.keysStale(stale);
    }

    /** Counts a configuration that was refused. */
    void configRefused() {
        state.configRefused();
    }

    @Override
    public void close() {
        ledger.close();
        scraped.close();
    }

    private static MeterSettings settings(ProxyConfig config) {
        return new MeterSettings(
                config.metering().meterHold(), config.metering().seriesMax());
    }

    private static SqliteLedger ledger(ProxyConfig config, Proxy.Setting setting) {
        return SqliteLedger.open(
                new LedgerOptions(
                        config.ledger().path(),
                        config.ledger().slots(),
                        config.ledger().reserve().bytes()),
                setting.clock(),
                setting.onLedgerFailed());
    }

    private static AllowedLabels allowed(ProxyConfig config, PriceBook prices, KeyBook keys) {
        return new AllowedLabels(
                Stream.concat(
                                Stream.concat(accounts(config).map(Account::team), idleTeams(config)),
                                keys.keys().stream().map(VirtualKey::team))
                        .collect(Collectors.toSet()),
                Stream.concat(
                                Stream.concat(accounts(config).map(Account::app), Stream.of(CapacityBill.IDLE)),
                                keys.keys().stream().map(VirtualKey::app))
                        .collect(Collectors.toSet()),
                prices.modelIds(),
                Set.of(config.upstream().region()));
    }

    /** Those that are charged for capacity that nobody used. */
    private static Stream<String> idleTeams(ProxyConfig config) {
        return Stream.concat(
                Stream.of(CapacityBill.UNALLOCATED),
                config.prices().capacity().provisioned().values().stream()
                        .map(CapacityConfig.Provisioned::team)
                        .filter(Objects::nonNull));
    }

    private static Stream<Account> accounts(ProxyConfig config) {
        return Stream.of(
                        config.accounts().keys().values().stream(),
                        Stream.of(config.accounts().fallback()),
                        config.auth().fixedAccounts().stream())
                .flatMap(Function.identity());
    }

    /** A ledger as the meters ask it. */
    private record Figures(SqliteLedger ledger) implements LedgerFigures {
        @Override
        public BigInteger chargedPicos() {
            return ledger.chargedPicos();
        }

        @Override
        public long writeFailures() {
            return ledger.writeFailures();
        }

        @Override
        public Duration lag() {
            return ledger.lag();
        }
    }
}
