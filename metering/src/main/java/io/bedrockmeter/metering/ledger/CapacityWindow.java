package io.bedrockmeter.metering.ledger;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What capacity that is paid by time cost within a window, shared out to whoever used it: all of its entries at once, so that it is
 * charged whole or not at all. Immutable.
 *
 * @param arn the capacity, which its entries name as the model requested
 * @param startedAt when the window began
 * @param entries its shares, each under an id of its own; at least one
 */
public record CapacityWindow(String arn, Instant startedAt, List<LedgerEntry> entries) {
    /** The operation of the entries of provisioned throughput. */
    public static final String PROVISIONED = "ProvisionedThroughput";

    /** The operation of the entries of imported models. */
    public static final String IMPORTED = "CustomModelImport";

    /** The key of the share that nobody used, by which it is told from those that somebody did. */
    public static final String IDLE_KEY = "idle";

    public CapacityWindow {
        entries = List.copyOf(entries);
        Set<String> ids = new HashSet<>();
        for (LedgerEntry entry : entries) {
            LedgerIntent intent = entry.intent();
            boolean isShare =
                    isOperation(intent.operation()) && intent.modelRequested().equals(arn);
            if (!isShare || !ids.add(intent.attemptId())) {
                throw new IllegalArgumentException(
                        "each share of " + arn + " names it and has an id of its own; not " + intent);
            }
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("capacity costs something in each window; " + arn + " at " + startedAt);
        }
    }

    /** Whether an operation is that of shares of capacity, which are no calls. */
    public static boolean isOperation(String operation) {
        return operation.equals(PROVISIONED) || operation.equals(IMPORTED);
    }
}
