package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.ledger.LedgerEntry;
import java.util.Map;

/** Told of what becomes of batch jobs. Its methods do not wait. */
public interface BatchListener {
    /** A job is followed whose model was named by this identifier. May be told again. */
    void follows(String identifier);

    /** What a job came to is durable: this is one of its entries. Told once for each, on the ledger's thread. */
    void charged(LedgerEntry entry);

    /** The records of a job report other tokens than Amazon Bedrock counted. Told once for each job, on the ledger's thread. */
    void disagreed(String model);

    /** So many jobs are in each state, in the words of Amazon Bedrock. */
    void standing(Map<String, Long> countByState);
}
