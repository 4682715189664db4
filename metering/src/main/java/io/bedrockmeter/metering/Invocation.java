package io.bedrockmeter.metering;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.WireFormat;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call to Amazon Bedrock as it asks to be admitted: who, what, when and where. Immutable.
 *
 * @param attemptId identity of this attempt, a UUID of version 7 in its usual text form; primary key of the ledger
 * @param startedAt when its request head arrived; decides the price book and the budget window
 * @param account whom it is charged to
 * @param allowance how much its key itself may call, beside what a configuration says of accounts
 * @param operation name of the operation as in the service model, such as {@code ConverseStream}
 * @param wireFormat how its answer will be framed
 * @param model the model named
 * @param region the source region: that of the endpoint called, which decides the price
 * @param endpoint which host of that region
 * @param request what the request says about the usage to come
 * @param sdkInvocationId the SDK's {@code amz-sdk-invocation-id}, the same over all retries of one call; null if none
 */
public record Invocation(
        String attemptId,
        Instant startedAt,
        AccountId account,
        Allowance allowance,
        String operation,
        WireFormat wireFormat,
        ModelRef model,
        String region,
        Endpoint endpoint,
        RequestFacts request,
        @Nullable String sdkInvocationId) {}
