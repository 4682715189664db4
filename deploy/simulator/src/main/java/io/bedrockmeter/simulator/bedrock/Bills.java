package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.Prices;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.math.BigDecimal;
import java.util.Map;

/** Writes the bill of a call: counts, mode and exact cost. */
final class Bills {
    private static final ModelId NO_MODEL = new ModelId("", "", false, ModelId.Kind.ON_DEMAND);

    private final String region;
    private final Prices prices;

    Bills(String region, Prices prices) {
        this.region = region;
        this.prices = prices;
    }

    TruthEntry billed(Call call, Tier tier, Result result, Counts counts) {
        Map<String, String> attributes = call.family().attributes(call.json());
        String mode = tier.mode(call.model());
        return new Line(
                        call.caller(),
                        call.route().operation().apiName(),
                        call.model().onPath(),
                        result)
                .priced(counts, attributes, tier, mode, this, call.model());
    }

    /** For a record of a batch job. */
    TruthEntry ofRecord(Call call, Counts counts) {
        return new Line(call.caller(), "ModelInvocationJob", call.model().onPath(), new Result(200, "ok"))
                .priced(counts, call.family().attributes(call.json()), Tier.DEFAULT_TIER, "batch", this, call.model());
    }

    TruthEntry unbilled(Call call, Tier tier, Result result) {
        return new Line(
                        call.caller(),
                        call.route().operation().apiName(),
                        call.model().onPath(),
                        result)
                .free(tier, tier.mode(call.model()));
    }

    /** For a call that runs no model: of guardrails, or about other calls. */
    TruthEntry billed(Caller caller, String operation, String subject, Counts counts) {
        return billed(caller, operation, subject, counts, Map.of(), NO_MODEL);
    }

    /** For a call that runs a model later. */
    TruthEntry billed(
            Caller caller,
            String operation,
            String subject,
            Counts counts,
            Map<String, String> attributes,
            ModelId model) {
        return new Line(caller, operation, subject, new Result(200, "ok"))
                .priced(counts, attributes, Tier.DEFAULT_TIER, Tier.DEFAULT_TIER.mode(model), this, model);
    }

    /** For a call that costs nothing. */
    TruthEntry free(Caller caller, String operation, String subject, Result result) {
        return new Line(caller, operation, subject, result).free(Tier.DEFAULT_TIER, "on_demand");
    }

    /** For a request that never became a call. */
    TruthEntry refused(Caller caller, String operation, String modelId, int status) {
        return free(caller, operation, modelId, new Result(status, "error"));
    }

    /** Status and outcome as the truth log has them. */
    record Result(int status, String outcome) {}

    /** A line without its amounts. */
    private record Line(Caller caller, String operation, String subject, Result result) {
        TruthEntry priced(
                Counts counts, Map<String, String> attributes, Tier tier, String mode, Bills bills, ModelId model) {
            String usd = bills.prices
                    .usd(bills.region, model, mode, counts, attributes)
                    .map(BigDecimal::stripTrailingZeros)
                    .map(BigDecimal::toPlainString)
                    .orElse(null);
            return new TruthEntry(
                    caller.requestId(),
                    caller.at().toString(),
                    caller.accessKey(),
                    operation,
                    subject,
                    caller.endpoint().label(),
                    result.status(),
                    result.outcome(),
                    counts.units(),
                    attributes,
                    tier.served(),
                    tier.latencyServed(),
                    mode,
                    true,
                    usd);
        }

        TruthEntry free(Tier tier, String mode) {
            return new TruthEntry(
                    caller.requestId(),
                    caller.at().toString(),
                    caller.accessKey(),
                    operation,
                    subject,
                    caller.endpoint().label(),
                    result.status(),
                    result.outcome(),
                    Map.of(),
                    Map.of(),
                    tier.served(),
                    tier.latencyServed(),
                    mode,
                    false,
                    "0");
        }
    }
}
