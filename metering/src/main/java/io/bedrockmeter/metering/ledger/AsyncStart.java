package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.Owner;
import org.jspecify.annotations.Nullable;

/**
 * A call that may begin an asynchronous invocation. Immutable.
 *
 * @param call the call
 * @param owner to whom the invocation will belong
 * @param token the client request token, by which Bedrock tells a repetition from another call; null if it has none
 */
public record AsyncStart(
        LedgerIntent call, Owner owner, @Nullable String token) {}
