package io.bedrockmeter.metering.ledger;

import java.time.Instant;

/**
 * A call that may have created a batch job and was not told which. Immutable.
 *
 * @param call the call; its owner is in the ledger
 * @param token its client request token, which the job bears if there is one
 * @param endedAt when the call was given up
 */
public record LostCreation(LedgerIntent call, String token, Instant endedAt) {}
