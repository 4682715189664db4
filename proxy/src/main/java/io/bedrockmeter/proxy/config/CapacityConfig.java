package io.bedrockmeter.proxy.config;

import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.pricing.Commitment;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Capacity that is paid by time, whether used or not.
 *
 * @param accrual which of it this proxy charges
 * @param pollInterval how often it looks what there is, and what is over
 * @param provisioned what is known of provisioned throughput, by name
 * @param imported what is known of imported models, by name
 */
public record CapacityConfig(
        Accrual accrual, Duration pollInterval, Map<String, Provisioned> provisioned, Map<String, Imported> imported) {
    private static final String UNITS = "units";
    private static final String MODEL = "model";
    private static final String SINCE = "since";
    private static final String UNTIL = "until";

    /** What capacity a proxy charges. */
    public enum Accrual {
        /** What is configured. */
        DECLARED,
        /** That, and what Bedrock says the account has. */
        DISCOVERED,
        /** None, because another proxy does. */
        ELSEWHERE
    }

    /**
     * Provisioned throughput.
     *
     * @param arn its name
     * @param bought what was bought; null to ask Bedrock
     * @param team who is charged for what nobody used; null for nobody in particular
     * @param throughput what it can serve; null if nobody has said
     */
    public record Provisioned(
            String arn,
            @Nullable Bought bought,
            @Nullable String team,
            @Nullable Throughput throughput) {}

    /**
     * What was bought.
     *
     * @param model id of the foundation model
     * @param fineTuned whether a custom model made from that is served
     * @param units model units
     * @param commitment for how long it was bought in advance
     * @param since the day from which it is charged
     * @param until the day after the last; null while it goes on
     */
    public record Bought(
            String model,
            boolean fineTuned,
            int units,
            Commitment commitment,
            LocalDate since,
            @Nullable LocalDate until) {}

    /**
     * An imported model.
     *
     * @param arn its name
     * @param family its family in the words of the price list; null to ask Bedrock
     * @param version of its custom model units
     * @param unitsPerCopy custom model units of one copy; null to ask Bedrock
     * @param copies how many copies serve it; null for one, as a guess
     */
    public record Imported(
            String arn,
            @Nullable String family,
            String version,
            @Nullable Integer unitsPerCopy,
            @Nullable Integer copies) {}

    public CapacityConfig {
        provisioned = Map.copyOf(provisioned);
        imported = Map.copyOf(imported);
    }

    /** What provisioned throughput can serve, by ARN, where somebody has said. */
    public Map<String, Throughput> throughputByArn() {
        Map<String, Throughput> byArn = new HashMap<>();
        for (Provisioned each : provisioned.values()) {
            Throughput throughput = each.throughput();
            if (throughput != null) {
                byArn.put(each.arn(), throughput);
            }
        }
        return byArn;
    }

    static CapacityConfig bind(Section in) {
        return new CapacityConfig(
                in.get(
                        "accrual",
                        ValueType.choice(Accrual.values()),
                        "declared",
                        "Which capacity this proxy charges by time, used or not: what is `declared` here; also what is"
                                + " `discovered`, by asking Bedrock; or none, because another replica does (`elsewhere`). Of"
                                + " several replicas one must, or each charges the whole."),
                in.get(
                        "poll-interval",
                        ValueType.duration("1s", "1h"),
                        "1m",
                        "How often it looks for capacity, and for hours that are over."),
                in.sections("provisioned", "<name>", CapacityConfig::provisioned),
                in.sections("imported", "<name>", CapacityConfig::imported));
    }

    private static Provisioned provisioned(Section in) {
        String arn = in.require(
                "arn",
                ValueType.TEXT,
                "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl",
                "ARN of provisioned throughput.");
        Integer units = in.find(
                UNITS,
                ValueType.count(1, 100_000),
                "Model units. If absent, Bedrock is asked, which takes `accrual: discovered`.");
        String model = in.find(MODEL, ValueType.TEXT, "Id of the foundation model behind it; required with units.");
        boolean custom = in.get(
                "custom", ValueType.FLAG, "false", "Whether it serves a custom model made from that, with units only.");
        Commitment commitment = in.get(
                "commitment",
                ValueType.choice(Commitment.values()),
                "none",
                "For how long it was bought in advance, with units only.");
        LocalDate since = in.find(SINCE, ValueType.DATE, "First day that it is charged, in UTC; required with units.");
        LocalDate until = in.find(UNTIL, ValueType.DATE, "The day after the last; if absent, it goes on.");
        if (units != null && model == null) {
            throw new InvalidSetting(MODEL, "is required where units are given, because it decides the price");
        }
        if (units != null && since == null) {
            throw new InvalidSetting(SINCE, "is required where units are given, because each hour costs");
        }
        if (units == null && (since != null || until != null)) {
            throw new InvalidSetting(UNITS, "are required where it is said since or until when they are there");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw new InvalidSetting(UNTIL, until + " is not after 'since', which is " + since);
        }
        Bought bought = units == null || model == null || since == null
                ? null
                : new Bought(model, custom, units, commitment, since, until);
        return new Provisioned(
                arn,
                bought,
                in.find("team", ValueType.NAME, "Who is charged for what nobody used; if absent, `unallocated`."),
                throughput(in));
    }

    private static @Nullable Throughput throughput(Section in) {
        ValueType<Integer> tokens = ValueType.count(1, Integer.MAX_VALUE);
        Integer input = in.find(
                "input-tokens-per-minute",
                tokens,
                "Tokens of input that all units can serve a minute: without any limit, an hour with calls counts as used"
                        + " whole.");
        Integer output =
                in.find("output-tokens-per-minute", tokens, "Tokens of output that all units can serve a minute.");
        return input == null && output == null ? null : new Throughput(input, output);
    }

    private static Imported imported(Section in) {
        return new Imported(
                in.require(
                        "arn",
                        ValueType.TEXT,
                        "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl",
                        "ARN of an imported model."),
                in.find(
                        "family",
                        ValueType.TEXT,
                        "Its family as the price list has it, such as Llama. If it or the units are absent, Bedrock is"
                                + " asked."),
                in.get("version", ValueType.TEXT, "v1", "Version of its custom model units, with a family only."),
                in.find("units-per-copy", ValueType.count(1, 10_000), "Custom model units of one copy."),
                in.find(
                        "copies",
                        ValueType.count(1, 10_000),
                        "Copies that serve it. If absent one is taken for granted, and the cost is estimated."));
    }
}
