package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.Prices;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the bill of a call: counts, mode and exact cost. */
final class Bills {
    private final String region;
    private final Prices prices;

    Bills(String region, Prices prices) {
        this.region = region;
        this.prices = prices;
    }

    TruthEntry billed(Call call, Tier tier, Result result, Counts counts) {
        String mode = tier.mode(call.model());
        String usd = prices.usd(region, call.model(), mode, counts)
                .map(BigDecimal::stripTrailingZeros)
                .map(BigDecimal::toPlainString)
                .orElse(null);
        return entry(call, tier, result, counts.units(), true, usd);
    }

    TruthEntry unbilled(Call call, Tier tier, Result result) {
        return entry(call, tier, result, Map.of(), false, "0");
    }

    /** For a request that never became a call. */
    TruthEntry refused(Caller caller, String operation, String modelId, int status) {
        return new TruthEntry(
                caller.requestId(),
                caller.at().toString(),
                caller.accessKey(),
                operation,
                modelId,
                status,
                "error",
                Map.of(),
                "default",
                "standard",
                "on_demand",
                false,
                "0");
    }

    private static TruthEntry entry(
            Call call, Tier tier, Result result, Map<String, Long> units, boolean billed, @Nullable String usd) {
        ModelId model = call.model();
        return new TruthEntry(
                call.caller().requestId(),
                call.caller().at().toString(),
                call.caller().accessKey(),
                call.route().operation().apiName(),
                model.onPath(),
                result.status(),
                result.outcome(),
                units,
                tier.served(),
                tier.latencyServed(),
                tier.mode(model),
                billed,
                usd);
    }

    /** Status and outcome as the truth log has them. */
    record Result(int status, String outcome) {}
}
