package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The promise that a call is about to go out, durable before its first byte does. Immutable.
 *
 * @param attemptId UUIDv7 text; primary key
 * @param startedAt when the request head arrived, UTC
 * @param account whom it is charged to
 * @param operation name as in the service model
 * @param modelRequested the identifier as the caller wrote it
 * @param model the id in the price catalogue; the requested identifier where none is known
 * @param region the source region
 * @param routing label of {@link io.bedrockmeter.metering.model.Routing}
 * @param modeRequested label of the {@link io.bedrockmeter.metering.pricing.PricingMode} asked for
 * @param reserved worst case of what the call may cost; what it is charged if the process dies
 * @param priceBook version of the price book of its admission
 * @param sdkInvocationId null if the SDK sent none
 * @param bytesIn bytes of request body
 */
public record LedgerIntent(
        String attemptId,
        Instant startedAt,
        AccountId account,
        String operation,
        String modelRequested,
        String model,
        String region,
        String routing,
        String modeRequested,
        Money reserved,
        String priceBook,
        @Nullable String sdkInvocationId,
        long bytesIn) {
    /** The same intent under another attempt id. */
    LedgerIntent renamed(String otherId) {
        return new LedgerIntent(
                otherId,
                startedAt,
                account,
                operation,
                modelRequested,
                model,
                region,
                routing,
                modeRequested,
                reserved,
                priceBook,
                sdkInvocationId,
                bytesIn);
    }
}
