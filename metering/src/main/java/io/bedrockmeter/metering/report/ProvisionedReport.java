package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.ledger.Capacities;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What provisioned throughput cost, who would have paid what on demand, and how much of it was used. Immutable.
 *
 * <p>Hours are those that began within the time asked for and are charged; calls those that ended within it.
 *
 * @param rows one for each that was ever seen, by name
 */
public record ProvisionedReport(List<ProvisionedRow> rows) {
    private static final List<String> COLUMNS = List.of(
            "provisioned_model",
            "model",
            "commitment",
            "expires",
            "units",
            "hours",
            "committed_usd",
            "allocated_usd",
            "idle_usd",
            "calls",
            "input_tokens",
            "output_tokens",
            "utilisation_percent",
            "on_demand_usd",
            "unpriced_calls",
            "break_even_percent");
    private static final int TEXTS = 4;

    public ProvisionedReport {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a ledger, also while a proxy is writing it. Waits for the disk: not for an event loop.
     *
     * @param query the bounds; what it groups by is not asked
     * @param throughput what each can serve, by ARN, where that is known
     * @param prices the book that knows what calls cost on demand
     * @throws io.bedrockmeter.metering.ledger.LedgerException if it cannot be read
     */
    public static ProvisionedReport read(
            Path ledger, UsageQuery query, Map<String, Throughput> throughput, PriceBook prices) {
        Instant from = query.from() == null ? Instant.EPOCH : query.from();
        Instant to = query.to() == null ? Instant.ofEpochMilli(Long.MAX_VALUE) : query.to();
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            List<ProvisionedRow> rows = new ArrayList<>();
            for (Capacities.Counted counted : Capacities.holdings(reader)) {
                Holding holding = counted.holding();
                Sum sum = new Sum(holding, prices);
                Capacities.forEachCall(reader, holding.arn(), from, to, sum::add);
                rows.add(new ProvisionedRow(
                        holding,
                        Capacities.cost(reader, holding.arn(), from, to),
                        sum.calls,
                        sum.input,
                        sum.output,
                        sum.onDemandPicos,
                        sum.unpriced,
                        throughput.get(holding.arn())));
            }
            return new ProvisionedReport(rows);
        }
    }

    /** The calls on one of them as they are added up. */
    private static final class Sum {
        private final ModelRef model;
        private final Optional<ResolvedModel> named;
        private final PriceBook prices;
        private long calls;
        private long input;
        private long output;
        private long unpriced;
        private BigInteger onDemandPicos = BigInteger.ZERO;

        Sum(Holding holding, PriceBook prices) {
            ModelRef base = ModelRef.parse(holding.terms().model());
            this.prices = prices;
            // A custom model has a price of its own on demand, as one that is deployed.
            this.model = holding.terms().fineTuned() ? new ModelRef.CustomModelDeployment(holding.arn()) : base;
            this.named = prices.resolve(ModelRef.parse(holding.arn()), Served.SILENT)
                    .or(() -> prices.resolve(base, Served.SILENT));
        }

        void add(LedgerEntry call) {
            calls++;
            Usage usage = Usage.NONE;
            for (ChargeLine line : call.charge().lines()) {
                usage = usage.with(line.unit(), line.count());
            }
            long out = usage.count(UsageUnit.OUTPUT) + usage.count(UsageUnit.SPEECH_OUTPUT);
            output += out;
            input += usage.totalInputTokens() + usage.count(UsageUnit.SPEECH_INPUT);
            if (usage.isEmpty()) {
                unpriced++;
                return;
            }
            PricedCall priced = new PricedCall(
                    model,
                    call.intent().region(),
                    Endpoint.of(call.attributes()),
                    WireFormat.CONVERSE_JSON,
                    RequestFacts.ofBytes(0),
                    call.intent().startedAt());
            Usage whole = usage.withAttributes(call.attributes());
            Charge charge = named.map(known -> prices.chargeAs(known, PricingMode.ON_DEMAND, priced, whole, false))
                    .orElseGet(() -> prices.chargeIn(PricingMode.ON_DEMAND, priced, whole));
            boolean isUnpriced =
                    charge.status() == CostStatus.UNPRICED_MODEL || charge.status() == CostStatus.UNPRICED_UNIT;
            unpriced += isUnpriced ? 1 : 0;
            onDemandPicos = onDemandPicos.add(BigInteger.valueOf(charge.cost().picos()));
        }
    }

    /** The names of the columns. */
    public List<String> columns() {
        return COLUMNS;
    }

    /** How many of the columns hold numbers; they are the last ones. */
    public int numberColumns() {
        return COLUMNS.size() - TEXTS;
    }

    /** The rows, a cell for each column; empty where something is not known. */
    public List<List<String>> cells() {
        return rows.stream()
                .map(row -> values(row).stream()
                        .map(value -> value == null ? "" : value.toString())
                        .toList())
                .toList();
    }

    /** Writes the table as comma-separated values (RFC 4180), with the names of the columns in the first line. */
    public void writeCsv(Appendable out) throws IOException {
        Csv.writeLine(out, COLUMNS);
        for (List<String> row : cells()) {
            Csv.writeLine(out, row);
        }
    }

    /** The table as a JSON array with an object for each row. Money and percentages are decimal strings; counts are numbers. */
    public String toJson() {
        JsonMapper json = JsonMapper.shared();
        ArrayNode array = json.createArrayNode();
        for (ProvisionedRow row : rows) {
            ObjectNode object = array.addObject();
            List<@Nullable Object> values = values(row);
            for (int column = 0; column < values.size(); column++) {
                Object value = values.get(column);
                if (value instanceof Long number) {
                    object.put(COLUMNS.get(column), number);
                } else if (value != null && !value.toString().isEmpty()) {
                    object.put(COLUMNS.get(column), value.toString());
                }
            }
        }
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(array);
    }

    private static List<@Nullable Object> values(ProvisionedRow row) {
        Holding.Terms terms = row.holding().terms();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(row.holding().arn());
        values.add(ModelRef.parse(terms.model()).catalogueId().orElse(terms.model()));
        values.add(terms.commitment().label());
        values.add(terms.expiresAt());
        values.add((long) terms.units());
        values.add(row.cost().windows());
        values.add(row.committedUsd());
        values.add(row.allocatedUsd());
        values.add(row.idleUsd());
        values.add(row.calls());
        values.add(row.inputTokens());
        values.add(row.outputTokens());
        values.add(row.utilisationPercent());
        values.add(row.onDemandUsd());
        values.add(row.unpricedCalls());
        values.add(row.breakEvenPercent());
        return values;
    }
}
