package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Metering;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.proxy.auth.Authenticator;
import io.bedrockmeter.proxy.jobs.JobRegister;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange works with, from its start to its end. Immutable; each part is thread-safe. A reload makes another one.
 *
 * @param authenticator who is calling
 * @param runtime where the operations of Bedrock Runtime go
 * @param mantle where those of {@code bedrock-mantle} go
 * @param metering admits, reads, settles
 * @param attemptIds names each attempt
 * @param bodyBudget bound on all bodies held
 * @param jobs who began which asynchronous invocation; null where none are served
 * @param inFlight the calls that run
 * @param limits bounds of one exchange
 * @param region source region: that of the upstream endpoint
 * @param askStreamsForUsage whether a stream that tells its usage only if asked is asked where its caller did not
 * @param clock wall clock
 * @param nanoClock for durations
 */
public record ExchangeServices(
        Authenticator authenticator,
        Upstream runtime,
        Upstream mantle,
        Metering metering,
        AttemptIds attemptIds,
        BodyBudget bodyBudget,
        @Nullable JobRegister jobs,
        InFlight inFlight,
        ExchangeLimits limits,
        String region,
        boolean askStreamsForUsage,
        InstantSource clock,
        LongSupplier nanoClock) {
    /** Where an endpoint's operations go. */
    Upstream upstream(Endpoint endpoint) {
        return switch (endpoint) {
            case RUNTIME -> runtime;
            case MANTLE -> mantle;
        };
    }
}
