package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.Owner;

/**
 * An asynchronous invocation, and to whom it belongs. Immutable.
 *
 * @param arn its ARN, as Bedrock told it
 * @param owner who may be told of it
 * @param begunBy the call that began it, or seems to have
 */
public record AsyncJob(String arn, Owner owner, LedgerIntent begunBy) {}
