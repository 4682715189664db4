package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prices by key, of one version, and what calls cost by them. Immutable, thread-safe; replaced whole, never edited.
 *
 * <p>A price that is not in the book is not derived from one that is: the charge says {@code unpriced} instead.
 */
public final class PriceBook {
    private static final String GUARDRAILS = "bedrock-guardrails";
    private static final String GUARDRAIL_CHECKS = "bedrock-guardrail-checks";
    private static final String WEB_SEARCH = "bedrock-websearch";

    private final String version;
    private final List<Layer> layers;
    private final Map<String, PriceSource> sources;
    private final Catalogue models;
    private final Set<String> modelIds;
    private final Map<String, ModelRef> aliases;
    private final Map<String, ModelRef> learnt;
    private final Charging charging = new Charging(this);

    PriceBook(
            String version,
            List<Layer> layers,
            Map<String, PriceSource> sources,
            Catalogue models,
            Set<String> modelIds,
            Map<String, ModelRef> aliases,
            Map<String, ModelRef> learnt) {
        this.version = version;
        this.layers = List.copyOf(layers);
        this.sources = Map.copyOf(sources);
        this.models = models;
        this.modelIds = Set.copyOf(modelIds);
        this.aliases = Map.copyOf(aliases);
        this.learnt = Map.copyOf(learnt);
    }

    /** The book that comes with the product. Reads and checks some three thousand lines; call it once, off event loops. */
    public static PriceBook bundled() {
        return BundledPrices.load();
    }

    /**
     * The same book with names for what only the operator knows: which model is behind an application profile, a provisioned
     * model, a deployment, a prompt.
     *
     * @param modelByIdentifier the identifier exactly as callers send it, and the id or system profile of a model of this
     *     book
     * @throws IllegalArgumentException naming every alias whose model is not in the book
     */
    public PriceBook withAliases(Map<String, String> modelByIdentifier) {
        if (modelByIdentifier.isEmpty()) {
            return this;
        }
        Map<String, ModelRef> parsed = Aliases.parse(modelByIdentifier, this);
        return new PriceBook(
                version + "+" + Aliases.version(modelByIdentifier), layers, sources, models, modelIds, parsed, learnt);
    }

    /**
     * The same book, of the same version, that also knows what Amazon Bedrock itself says of opaque identifiers. What an
     * operator says of one goes first. The version need not tell, because each record says which model it was priced as.
     *
     * @param modelByIdentifier the identifier exactly as callers send it, and the model; instead of what was known before
     */
    public PriceBook knowing(Map<String, ModelRef> modelByIdentifier) {
        return new PriceBook(version, layers, sources, models, modelIds, aliases, modelByIdentifier);
    }

    /**
     * This book with another on top of it. Where both have a price for the same thing at the same time, the upper one counts;
     * what the upper one lacks, the lower one has.
     */
    public PriceBook under(PriceBook upper) {
        Map<String, PriceSource> allSources = new HashMap<>(sources);
        allSources.putAll(upper.sources);
        Set<String> allModels = new HashSet<>(modelIds);
        allModels.addAll(upper.modelIds);
        return new PriceBook(
                version + "+" + upper.version,
                Stream.concat(layers.stream(), upper.layers.stream()).toList(),
                allSources,
                models.under(upper.models, layers.size()),
                allModels,
                aliases,
                learnt);
    }

    /** The version: what the ledger names so that every dollar can be recomputed. */
    public String version() {
        return version;
    }

    /** The books that it is made of, lowest first. */
    public List<Layer> layers() {
        return layers;
    }

    /** Where its prices were read, in no order. */
    public Collection<PriceSource> sources() {
        return sources.values();
    }

    /** The models that have a price: the closed set of values for the {@code model} label of meters. */
    public Set<String> modelIds() {
        return modelIds;
    }

    /** Every id that has a price, of models and of services that are billed beside them. */
    public Set<String> catalogueIds() {
        return models.ids();
    }

    /** Whether the book has a price for a catalogue id. */
    public boolean knows(String modelId) {
        return models.has(modelId);
    }

    /** Every price of a catalogue id, of every region, tariff and time; empty if the book does not know it. */
    public List<Price> prices(String modelId) {
        ModelPrices prices = models.prices(modelId);
        return prices == null ? List.of() : prices.prices();
    }

    /**
     * The model that an identifier stands for, by alias, by itself, or by the answer of a prompt router.
     *
     * @param served what the answer said; {@link Served#SILENT} before there is one
     * @return empty where nobody has told; the model need not be one the book knows
     */
    public Optional<ResolvedModel> resolve(ModelRef model, Served served) {
        return Optional.ofNullable(resolved(model, served));
    }

    /** The model that an identifier stands for as an operator says it, else as Amazon Bedrock does; itself if neither has. */
    public ModelRef named(ModelRef identifier) {
        ModelRef alias = aliases.isEmpty() ? null : aliases.get(identifier.requested());
        if (alias != null) {
            return alias;
        }
        return learnt.isEmpty() ? identifier : learnt.getOrDefault(identifier.requested(), identifier);
    }

    /**
     * What a call cost, in the mode it was served in. What comes to more than 9.2 million USD, which no count of a real call comes near,
     * is {@link CostStatus#INCONSISTENT} and has no amount.
     *
     * @param call what was asked
     * @param served how it was served, as its answer says
     * @param usage what was consumed
     * @param usageEstimated whether the usage is a guess
     */
    public Charge charge(PricedCall call, Served served, Usage usage, boolean usageEstimated) {
        return charging.charge(
                call, ServedMode.of(call, served), resolved(call.model(), served), usage, usageEstimated);
    }

    /** What a call would cost in a mode that need not be visible in any answer, such as batch. */
    public Charge chargeIn(PricingMode mode, PricedCall call, Usage usage) {
        return chargeIn(mode, call, usage, false);
    }

    /** The same where the usage, or that it was this mode, may be a guess. */
    public Charge chargeIn(PricingMode mode, PricedCall call, Usage usage, boolean estimated) {
        return charging.charge(
                call, new ServedMode(mode, true), resolved(call.model(), Served.SILENT), usage, estimated);
    }

    /** The same as a model that is known otherwise than by the identifier, which only says how the model is sold. */
    public Charge chargeAs(ResolvedModel model, PricingMode mode, PricedCall call, Usage usage, boolean estimated) {
        return charging.charge(call, new ServedMode(mode, true), model, usage, estimated);
    }

    /**
     * The most that a call can cost, before it is made: what a crash leaves charged.
     *
     * <p>Input is at most the bytes of the body and some overhead of the model's own prompt, at the dearest rate of any
     * input unit; output is at most what was asked for or what the model can give; the mode is the dearer of the one asked
     * for and on demand; the context band the dearest within reach; a session has a whole context of input, since nothing of
     * it is there when it begins; images, videos and documents as many as asked for, of the
     * dearest kind. Not bounded, because no request tells: content that the body only points to, and guardrails around a
     * model. {@link Money#ZERO} where nothing has a price, and for
     * capacity paid by time.
     */
    public Money worstCase(PricedCall call) {
        return worstCase(call, Long.MAX_VALUE);
    }

    /**
     * The same, where a session is taken to have no more tokens of input than an operator says, though its model's context
     * would hold more.
     *
     * @param sessionTokensMax not negative; without effect on other calls
     */
    public Money worstCase(PricedCall call, long sessionTokensMax) {
        return WorstCase.of(this, call, sessionTokensMax);
    }

    /**
     * All that can be said of a call's cost before it is made.
     *
     * @param sessionTokensMax as for {@link #worstCase(PricedCall, long)}
     */
    public CostBound bound(PricedCall call, long sessionTokensMax) {
        return WorstCase.bound(this, call, sessionTokensMax);
    }

    /**
     * Tokens that a call takes from a quota of tokens when it begins, as Amazon Bedrock counts them: its input by its length, and as
     * much output as it asks for, or else as the model gives at most. None where no model runs, or a job only begins.
     */
    public long quotaAtStart(PricedCall call) {
        return QuotaTokens.atStart(this, call);
    }

    /**
     * The tokens that it has taken when it is over: input without what was read from a cache, and output as often as Amazon Bedrock counts
     * that of the model.
     *
     * @param served how it was served, as its answer says
     * @param usage what was consumed, or is guessed to have been
     */
    public long quotaAtEnd(PricedCall call, Served served, Usage usage) {
        return QuotaTokens.atEnd(this, call, served, usage);
    }

    /** The prices that a model has in a region, a mode and at an instant; empty where nobody has told which model it is. */
    public Optional<Quote> quote(ModelRef model, String region, PricingMode mode, Instant at) {
        ResolvedModel resolved = resolved(model, Served.SILENT);
        if (resolved == null) {
            return Optional.empty();
        }
        ModelPrices known = models.prices(resolved.id());
        RateCard card =
                known == null ? null : known.card(resolved.routing(), new ModelPrices.Place(region, Endpoint.MANTLE));
        List<Price> prices = card == null ? List.of() : card.inForce(mode, isFineTuned(model), at);
        return Optional.of(new Quote(resolved, region, mode, prices, version));
    }

    /**
     * What capacity, storage or training of a model costs in each tariff that sells it.
     *
     * @param counts how many of each unit
     * @param attributes what narrows the units down to a price, such as the family of an imported model
     */
    public CapacityQuote capacity(
            ResolvedModel model,
            String region,
            Map<PriceUnit, Long> counts,
            Map<String, String> attributes,
            Instant at) {
        RateCard card = card(model, region, Endpoint.RUNTIME);
        List<CapacityOffer> offers =
                card == null ? List.of() : card.offers(counts, RateCard.attributes(attributes, Endpoint.RUNTIME), at);
        return CapacityQuote.of(model, region, offers, counts.keySet(), version);
    }

    /**
     * What capacity that is paid by time costs, whoever used it. Its baseline is nothing: that of the calls on it stands on them.
     *
     * @param model null where nobody has told, and then it has no price
     * @param count in millionths of what is sold; positive
     * @param at the time that decides the price
     * @param estimated whether the count, or that these are the terms, is a guess
     */
    public Charge chargeCapacity(
            @Nullable ResolvedModel model,
            String region,
            CapacityTerms terms,
            long count,
            Instant at,
            boolean estimated) {
        return CapacityCharging.charge(this, model, region, terms, count, at, estimated);
    }

    /** Whether an identifier stands for a fine-tuned model, which is never billed as the model it was made from. */
    static boolean isFineTuned(ModelRef model) {
        return model instanceof ModelRef.CustomModelDeployment || model instanceof ModelRef.CustomModel;
    }

    /**
     * One of the books that a book is made of.
     *
     * @param name where it came from: {@code bundled}, or what the operator calls it; the {@code source} label of the meter of its
     *     age
     * @param timestamp the instant that it describes the prices of
     */
    public record Layer(String name, Instant timestamp) {}

    @Nullable
    ResolvedModel resolved(ModelRef model, Served served) {
        String invoked = served.invokedModelId();
        ModelRef ran = model instanceof ModelRef.PromptRouter && invoked != null ? ModelRef.parse(invoked) : model;
        ModelRef named = named(ran);
        String id = named.catalogueId().orElse(null);
        return id == null ? null : new ResolvedModel(models.idOf(id), named.routing());
    }

    /** The rate card of a model at an endpoint of a region; null if the book does not know the model. */
    @Nullable
    RateCard card(ResolvedModel model, String region, Endpoint endpoint) {
        ModelPrices prices = models.prices(model.id(), endpoint);
        return prices == null ? null : prices.card(model.routing(), new ModelPrices.Place(region, endpoint));
    }

    ModelLimits limits(ResolvedModel model) {
        ModelPrices prices = models.prices(model.id());
        return prices == null ? ModelLimits.UNKNOWN : prices.limits();
    }

    /** Whether a model gives text or speech, and not only vectors, images, scores. */
    boolean givesTokens(ResolvedModel model) {
        ModelPrices prices = models.prices(model.id());
        return prices != null && prices.haveOutput();
    }

    /** The rate card of a unit that is billed beside any model; null if the book has none. */
    @Nullable
    RateCard cardBesideModels(UsageUnit unit, String region) {
        String id = WEB_SEARCH;
        if (unit.isGuardrail()) {
            id = unit.isGuardrailCheck() ? GUARDRAIL_CHECKS : GUARDRAILS;
        }
        return card(new ResolvedModel(id, Routing.IN_REGION_OR_GEO), region, Endpoint.RUNTIME);
    }
}
