package io.bedrockmeter.proxy.world;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row of the ledger's public view, with its units. */
public record Row(
        String attemptId,
        String team,
        String app,
        String keyId,
        String operation,
        String model,
        String mode,
        String state,
        String reason,
        String costStatus,
        long costPicos,
        @Nullable String upstreamRequestId,
        int httpStatus,
        Map<String, Long> units) {
    public Row {
        units = Map.copyOf(units);
    }
}
