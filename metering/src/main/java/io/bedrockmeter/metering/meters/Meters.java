package io.bedrockmeter.metering.meters;

import static io.bedrockmeter.metering.meters.MeterLabel.ACTION;
import static io.bedrockmeter.metering.meters.MeterLabel.APP;
import static io.bedrockmeter.metering.meters.MeterLabel.BUDGET;
import static io.bedrockmeter.metering.meters.MeterLabel.COMMITMENT;
import static io.bedrockmeter.metering.meters.MeterLabel.LABEL;
import static io.bedrockmeter.metering.meters.MeterLabel.LIMIT;
import static io.bedrockmeter.metering.meters.MeterLabel.MODE;
import static io.bedrockmeter.metering.meters.MeterLabel.MODEL;
import static io.bedrockmeter.metering.meters.MeterLabel.OPERATION;
import static io.bedrockmeter.metering.meters.MeterLabel.OUTCOME;
import static io.bedrockmeter.metering.meters.MeterLabel.PERIOD;
import static io.bedrockmeter.metering.meters.MeterLabel.PROVISIONED_MODEL;
import static io.bedrockmeter.metering.meters.MeterLabel.REASON;
import static io.bedrockmeter.metering.meters.MeterLabel.REGION;
import static io.bedrockmeter.metering.meters.MeterLabel.REVISION;
import static io.bedrockmeter.metering.meters.MeterLabel.SOURCE;
import static io.bedrockmeter.metering.meters.MeterLabel.STATE;
import static io.bedrockmeter.metering.meters.MeterLabel.STATUS;
import static io.bedrockmeter.metering.meters.MeterLabel.TEAM;
import static io.bedrockmeter.metering.meters.MeterLabel.TYPE;
import static io.bedrockmeter.metering.meters.MeterLabel.VERSION;
import static io.bedrockmeter.metering.meters.Meters.Aggregation.MAX;
import static io.bedrockmeter.metering.meters.Meters.Aggregation.SUM;
import static io.bedrockmeter.metering.meters.Meters.Type.COUNTER;
import static io.bedrockmeter.metering.meters.Meters.Type.GAUGE;
import static io.bedrockmeter.metering.meters.Meters.Type.HISTOGRAM;

import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every meter there is: its name, unit, type, labels, and the sentence that documents it for users.
 *
 * <p>The sentence is the HELP text of the exposition and the row of the README's table; the dashboards and their tests are
 * built from the names here. A meter has one fixed set of labels.
 */
public enum Meters {
    COST(
            "cost",
            Unit.USD,
            COUNTER,
            SUM,
            "Cost booked at list price, exact to the picodollar inside.",
            TEAM,
            APP,
            MODEL,
            REGION,
            MODE,
            TYPE),
    COST_TAKEN_BACK(
            "cost.taken.back",
            Unit.USD,
            COUNTER,
            SUM,
            "Cost that corrections lowered, to be subtracted from the cost: a counter cannot fall.",
            TEAM,
            APP,
            MODEL,
            REGION,
            MODE,
            TYPE),
    BASELINE_COST(
            "baseline.cost",
            Unit.USD,
            COUNTER,
            SUM,
            "What the same usage would have cost on demand and uncached at list price.",
            TEAM,
            APP,
            MODEL,
            REGION,
            MODE,
            TYPE),
    ESTIMATED_COST(
            "estimated.cost",
            Unit.USD,
            COUNTER,
            SUM,
            "The part of the cost that rests on an estimate of usage or on a price of doubtful source.",
            TEAM,
            MODEL,
            REASON),
    TOKENS(
            "tokens",
            Unit.TOKENS,
            COUNTER,
            SUM,
            "Tokens as Amazon Bedrock bills them; type input is uncached input only.",
            TEAM,
            APP,
            MODEL,
            MODE,
            TYPE),
    UNITS(
            "units",
            Unit.UNITS,
            COUNTER,
            SUM,
            "Billed things other than tokens: images, seconds, searches, requests, guardrail units.",
            TEAM,
            APP,
            MODEL,
            MODE,
            TYPE),
    REQUESTS(
            "requests",
            Unit.REQUESTS,
            COUNTER,
            SUM,
            "Calls that ended, by how they ended for their caller; outcome throttled is Amazon Bedrock's doing.",
            TEAM,
            MODEL,
            OPERATION,
            MODE,
            OUTCOME),
    COST_STATUS(
            "cost.status",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls, and shares of capacity that is paid by time, by what their cost is worth.",
            STATUS,
            MODEL),
    USAGE_MISSING(
            "usage.missing",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls that were answered but whose usage was not reported whole.",
            MODEL,
            OPERATION,
            REASON),
    USAGE_DISAGREEMENTS(
            "usage.disagreements",
            Unit.NONE,
            COUNTER,
            SUM,
            "Answers and batch jobs that reported two different counts of one thing; a rule chose one.",
            MODEL),
    UNPRICED_UNITS(
            "unpriced.units",
            Unit.UNITS,
            COUNTER,
            SUM,
            "Usage that the price book has no price for, so that its cost is unknown and not in the cost.",
            MODEL,
            TYPE,
            REASON),
    CORRECTIONS(
            "corrections",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls priced anew because their model became known later, by what their cost had been worth.",
            STATUS,
            MODEL),
    CONTROL_LOOKUPS(
            "control.lookups",
            Unit.NONE,
            COUNTER,
            SUM,
            "Questions to Amazon Bedrock's control plane for the model behind an identifier; reason is 'found', or why not.",
            OPERATION,
            REASON),
    UNKNOWN_AFTER_CRASH(
            "unknown.after.crash",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls that were open when the process died; charged at what was reserved for them.",
            TEAM,
            MODEL),
    REFUSALS(
            "refusals",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls refused before they were admitted: overload, ledger unavailable, and the like.",
            REASON),
    RATE_REFUSALS(
            "rate.refusals",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls that a limit of this proxy's own refused, by what there were too many of: requests, tokens, or calls at once.",
            TEAM,
            LIMIT,
            REASON),
    BUDGET_REJECTIONS(
            "budget.rejections",
            Unit.NONE,
            COUNTER,
            SUM,
            "Calls that a budget had no room for, by what it did: reject, warn (soft) or shadow.",
            BUDGET,
            ACTION),
    BUDGET_LIMIT(
            "budget.limit",
            Unit.USD,
            GAUGE,
            MAX,
            "What may be spent of a budget in the present period, with what it is raised by; of all who have one of their own, by team.",
            BUDGET,
            TEAM,
            PERIOD),
    BUDGET_SPENT("budget.spent", Unit.USD, GAUGE, MAX, "What is spent of it.", BUDGET, TEAM, PERIOD),
    BUDGET_RESERVED(
            "budget.reserved",
            Unit.USD,
            GAUGE,
            MAX,
            "What the calls that run may still spend of it.",
            BUDGET,
            TEAM,
            PERIOD),
    BUDGET_OVERSHOOT(
            "budget.overshoot.bound",
            Unit.USD,
            GAUGE,
            MAX,
            "By how much it may be passed at worst: its overshoot, and what was spent that no call had reserved.",
            BUDGET,
            TEAM,
            PERIOD),
    BUDGET_LIMIT_TOKENS(
            "budget.limit", Unit.TOKENS, GAUGE, MAX, "The same of budgets in tokens.", BUDGET, TEAM, PERIOD),
    BUDGET_SPENT_TOKENS(
            "budget.spent", Unit.TOKENS, GAUGE, MAX, "The same of budgets in tokens.", BUDGET, TEAM, PERIOD),
    BUDGET_RESERVED_TOKENS(
            "budget.reserved", Unit.TOKENS, GAUGE, MAX, "The same of budgets in tokens.", BUDGET, TEAM, PERIOD),
    BUDGET_PERIOD_END(
            "budget.period.end.timestamp",
            Unit.SECONDS,
            GAUGE,
            MAX,
            "When the present period of a budget ends, in seconds since 1970; none of one that never does.",
            BUDGET,
            TEAM,
            PERIOD),
    REQUEST_DURATION(
            "request.duration",
            Unit.SECONDS,
            HISTOGRAM,
            SUM,
            "Time from the first byte of a request to the end of its answer.",
            MODEL,
            OPERATION),
    TIME_TO_FIRST_BYTE(
            "time.to.first.byte",
            Unit.SECONDS,
            HISTOGRAM,
            SUM,
            "Time from the first byte of a request to the first byte of its answer's body, streamed answers only.",
            MODEL),
    UPSTREAM_DURATION(
            "upstream.duration",
            Unit.SECONDS,
            HISTOGRAM,
            SUM,
            "Time spent waiting for Amazon Bedrock.",
            MODEL,
            OPERATION),
    OVERHEAD("overhead", Unit.SECONDS, HISTOGRAM, SUM, "Time that the proxy itself added to a call."),
    ACTIVE_REQUESTS("active.requests", Unit.REQUESTS, GAUGE, SUM, "Calls in flight."),
    BATCH_JOBS(
            "batch.jobs",
            Unit.NONE,
            GAUGE,
            SUM,
            "Batch jobs that calls of this ledger created, by what Amazon Bedrock last said of them; ended ones stay.",
            STATE),
    PRICE(
            "price",
            Unit.USD_PER_MILLION_TOKENS,
            GAUGE,
            MAX,
            "List price in force (only where it is switched on).",
            MODEL,
            MODE,
            TYPE,
            REGION),
    PRICE_BOOK_TIMESTAMP(
            "price.book.timestamp", Unit.SECONDS, GAUGE, MAX, "When the prices in force were taken.", SOURCE),
    PRICE_BOOKS_WAITING(
            "price.books.waiting",
            Unit.NONE,
            GAUGE,
            MAX,
            "1 where a fetched price book changes so much that it waits for somebody to approve it, else 0.",
            SOURCE),
    PROVISIONED_COMMITTED(
            "provisioned.committed",
            Unit.USD_PER_HOUR,
            GAUGE,
            MAX,
            "What provisioned throughput costs an hour, whether used or not, at list price.",
            PROVISIONED_MODEL,
            MODEL,
            COMMITMENT),
    PROVISIONED_MODEL_UNITS(
            "provisioned.model.units",
            Unit.UNITS,
            GAUGE,
            MAX,
            "Model units of provisioned throughput.",
            PROVISIONED_MODEL,
            MODEL,
            COMMITMENT),
    PROVISIONED_CAPACITY(
            "provisioned.capacity",
            Unit.TOKENS_PER_MINUTE,
            GAUGE,
            MAX,
            "What the provisioned throughput of a model can serve, as configured; type is input or output.",
            MODEL,
            TYPE),
    PROVISIONED_EXPIRY(
            "provisioned.commitment.expiry.timestamp",
            Unit.SECONDS,
            GAUGE,
            MAX,
            "When the commitment of provisioned throughput ends.",
            PROVISIONED_MODEL,
            MODEL,
            COMMITMENT),
    LEDGER_WRITE_FAILURES(
            "ledger.write.failures",
            Unit.NONE,
            COUNTER,
            SUM,
            "Writes of the ledger that failed; after the first one no new call is admitted."),
    LEDGER_LAG("ledger.lag", Unit.SECONDS, GAUGE, MAX, "Age of the oldest record that is not durable yet."),
    LEDGER_METER_DRIFT(
            "ledger.meter.drift",
            Unit.USD,
            GAUGE,
            SUM,
            "Charges that this process put into its ledger, less the cost that its meters show; zero unless one is wrong."),
    LABEL_OVERFLOW(
            "label.overflow",
            Unit.NONE,
            COUNTER,
            SUM,
            "Label values shown as 'other' because they are outside their bound, or because there are too many series.",
            LABEL),
    METER_REGISTRATION_FAILURES(
            "meter.registration.failures",
            Unit.NONE,
            COUNTER,
            SUM,
            "Meters that could not be registered, and so show nothing; a bug where it is not zero."),
    CONFIG_LAST_RELOAD(
            "config.last.reload.success.timestamp",
            Unit.SECONDS,
            GAUGE,
            MAX,
            "When the configuration in force was loaded."),
    CONFIG_RELOAD_FAILURES(
            "config.reload.failures",
            Unit.NONE,
            COUNTER,
            SUM,
            "Configurations that were refused while the old one stayed in force."),
    KEYS_STALE(
            "keys.stale",
            Unit.NONE,
            GAUGE,
            SUM,
            "1 where the virtual keys in force may not be the newest, because their file or store cannot be read, else 0."),
    BUILD_INFO("build.info", Unit.NONE, GAUGE, MAX, "Always 1; its labels name this build.", VERSION, REVISION);

    /** How a meter behaves. */
    public enum Type {
        /** Only ever grows; starts at 0 with its process. */
        COUNTER,
        /** A value of the moment. */
        GAUGE,
        /** Counts by upper bound, with a count and a sum. */
        HISTOGRAM
    }

    /** How the figures of several replicas make one. */
    public enum Aggregation {
        /** Each replica has a part of the whole. */
        SUM,
        /** Each replica shows the same thing. */
        MAX
    }

    /** What one of it is; part of the Prometheus name. */
    public enum Unit {
        USD("usd"),
        USD_PER_MILLION_TOKENS("usd_per_million_tokens"),
        USD_PER_HOUR("usd_per_hour"),
        SECONDS("seconds"),
        TOKENS_PER_MINUTE("tokens_per_minute"),
        TOKENS("tokens"),
        UNITS("units"),
        REQUESTS("requests"),
        NONE("");

        private final String label;

        Unit(String label) {
            this.label = label;
        }

        /** The name in Prometheus; empty where the meter's own name says what is counted. */
        public String label() {
            return label;
        }
    }

    private static final String PREFIX = "bedrock.meter.";

    private final String name;
    private final Unit unit;
    private final Type type;
    private final Aggregation aggregation;
    private final String sentence;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<MeterLabel> labels;

    Meters(String name, Unit unit, Type type, Aggregation aggregation, String sentence, MeterLabel... labels) {
        this.name = PREFIX + name;
        this.unit = unit;
        this.type = type;
        this.aggregation = aggregation;
        this.sentence = sentence;
        this.labels = List.of(labels);
    }

    /** The dotted name in Micrometer, without unit. */
    public String meterName() {
        return name;
    }

    /** The name of its family in Prometheus: {@code bedrock_meter_cost_usd_total}. */
    public String prometheusName() {
        String flat = name.replace('.', '_');
        String suffix = unit == Unit.NONE ? "" : "_" + unit.label();
        String withUnit = flat.endsWith(suffix) ? flat : flat + suffix;
        return type == COUNTER ? withUnit + "_total" : withUnit;
    }

    /** What one of it is. */
    public Unit unit() {
        return unit;
    }

    /** The unit as Micrometer takes it: null for none, since an empty one would end the name in an underscore. */
    @Nullable
    String baseUnit() {
        return unit == Unit.NONE ? null : unit.label();
    }

    /** How it behaves. */
    public Type type() {
        return type;
    }

    /** How the figures of several replicas make one. */
    public Aggregation aggregation() {
        return aggregation;
    }

    /** What it shows, in one sentence for users. */
    public String sentence() {
        return sentence;
    }

    /** The HELP text: the sentence, and how to aggregate over replicas. */
    public String help() {
        return sentence + (aggregation == SUM ? " Sum over replicas." : " Same on every replica: take the max.");
    }

    /** Its labels, in the order in which values are given. */
    public List<MeterLabel> labels() {
        return labels;
    }

    /** Upper bounds of the buckets of a histogram; empty for any other type. */
    List<Duration> buckets() {
        return switch (this) {
            case OVERHEAD -> Buckets.OVERHEAD;
            case REQUEST_DURATION, UPSTREAM_DURATION -> Buckets.WHOLE_CALL;
            case TIME_TO_FIRST_BYTE -> Buckets.FIRST_BYTE;
            default -> List.of();
        };
    }

    /** The labels with values, in the order of {@link #labels()}. */
    Tags tags(List<String> values) {
        if (values.size() != labels.size()) {
            throw new IllegalArgumentException(this + " has labels " + labels + ", given values " + values);
        }
        String[] pairs = new String[values.size() * 2];
        for (int i = 0; i < values.size(); i++) {
            pairs[2 * i] = labels.get(i).label();
            pairs[2 * i + 1] = values.get(i);
        }
        return Tags.of(pairs);
    }

    /** Bounds of histograms. The smallest is below what is usual, or every quantile would be the smallest bucket's. */
    private static final class Buckets {
        static final List<Duration> OVERHEAD = ofMicros(250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000);
        static final List<Duration> WHOLE_CALL =
                ofMillis(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000);
        static final List<Duration> FIRST_BYTE =
                ofMillis(50, 100, 250, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000, 60_000);

        private static List<Duration> ofMicros(long... micros) {
            return Arrays.stream(micros)
                    .mapToObj(each -> Duration.ofNanos(each * 1_000))
                    .toList();
        }

        private static List<Duration> ofMillis(long... millis) {
            return Arrays.stream(millis).mapToObj(Duration::ofMillis).toList();
        }
    }
}
