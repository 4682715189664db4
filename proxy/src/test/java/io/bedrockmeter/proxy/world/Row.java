package io.bedrockmeter.proxy.world;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
        @Nullable String corrects,
        long calls,
        Map<String, Long> units) {
    public Row {
        units = Map.copyOf(units);
    }

    /** The call that it is about: its own, or the one that it corrects. */
    public String callId() {
        return corrects == null ? attemptId : corrects;
    }

    /**
     * What each call came to: its last entry with all its corrections added up, in the order of the calls.
     *
     * @param rows rows in the order of their ids
     */
    public static List<Row> ofCalls(List<Row> rows) {
        Map<String, Row> calls = new LinkedHashMap<>();
        for (Row row : rows) {
            calls.merge(row.callId(), row, Row::plus);
        }
        return List.copyOf(calls.values());
    }

    private Row plus(Row later) {
        Row says = later.calls > 0 ? later : this;
        Map<String, Long> sums = new HashMap<>(units);
        later.units.forEach((unit, count) -> sums.merge(unit, count, Long::sum));
        sums.values().removeIf(count -> count == 0);
        return new Row(
                attemptId,
                team,
                app,
                keyId,
                operation,
                says.model,
                says.mode,
                says.state,
                says.reason,
                says.costStatus,
                costPicos + later.costPicos,
                upstreamRequestId,
                httpStatus,
                null,
                calls + later.calls,
                sums);
    }
}
