package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.ledger.Holding;
import java.time.Instant;
import java.util.List;

/** Who knows what capacity an account has. Thread-safe; waits for the network. */
public interface CapacitySource {
    /**
     * The provisioned throughput that can be called at the moment.
     *
     * @throws CapacitySourceException if it cannot be told
     */
    List<Found> provisioned();

    /**
     * What an imported model is.
     *
     * @throws CapacitySourceException if it cannot be told
     */
    Imported imported(String arn);

    /**
     * Provisioned throughput.
     *
     * @param arn its name
     * @param terms what was bought
     * @param createdAt when
     */
    record Found(String arn, Holding.Terms terms, Instant createdAt) {}

    /**
     * An imported model.
     *
     * @param architecture its architecture in Bedrock's words
     * @param version the version of its custom model units in Bedrock's words
     * @param unitsPerCopy how many of them one copy takes
     */
    record Imported(String architecture, String version, int unitsPerCopy) {}
}
