package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;

/**
 * A batch job that a call of this ledger created, and how it stood when that was last recorded. Immutable.
 *
 * @param arn its name
 * @param call the call that created it: whom it is charged to, its model, its region, and the time that decides its prices
 * @param state in the words of Amazon Bedrock, such as {@code InProgress}
 * @param reserved the most that it may cost as far as is known, held until it is settled; zero while nothing is known
 */
public record BatchJob(String arn, LedgerIntent call, String state, Money reserved) {
    /** The operation that creates one, as in the service model of Amazon Bedrock. */
    public static final String CREATED_BY = "CreateModelInvocationJob";

    public BatchJob {
        if (arn.isBlank() || state.isBlank() || reserved.compareTo(Money.ZERO) < 0) {
            throw new IllegalArgumentException(
                    "a batch job has a name, a state and a reservation that is not negative: '" + arn + "', '" + state
                            + "', " + reserved);
        }
    }

    /** The same job as it stands later. */
    public BatchJob at(String laterState, Money laterReserved) {
        return new BatchJob(arn, call, laterState, laterReserved);
    }
}
