package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Metering;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.proxy.auth.AuditLog;
import io.bedrockmeter.proxy.auth.Authenticator;
import io.bedrockmeter.proxy.jobs.ServedJobs;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange works with, from its start to its end. Immutable; each part is thread-safe. A reload makes another one.
 *
 * @param authenticator who is calling
 * @param audit where it is written who was turned away
 * @param runtime where the operations of Bedrock Runtime go
 * @param mantle where those of {@code bedrock-mantle} go; null if they go nowhere
 * @param control where those of the control plane go
 * @param metering admits, reads, settles
 * @param attemptIds names each attempt
 * @param bodyBudget bound on all bodies held
 * @param strangersBodies bound on those whose callers have not proved who they are
 * @param jobs which jobs are served, and who began them
 * @param inFlight the calls that run
 * @param limits bounds of one exchange
 * @param stamp tells Amazon Bedrock who calls
 * @param region source region: that of the upstream endpoint
 * @param askStreamsForUsage whether a stream that tells its usage only if asked is asked where its caller did not
 * @param clock wall clock
 * @param nanoClock for durations
 */
public record ExchangeServices(
        Authenticator authenticator,
        AuditLog audit,
        Upstream runtime,
        @Nullable Upstream mantle,
        Upstream control,
        Metering metering,
        AttemptIds attemptIds,
        BodyBudget bodyBudget,
        BodyBudget strangersBodies,
        ServedJobs jobs,
        InFlight inFlight,
        ExchangeLimits limits,
        RequestStamp stamp,
        String region,
        boolean askStreamsForUsage,
        InstantSource clock,
        LongSupplier nanoClock) {
    /**
     * Counts somebody who was turned away before it could say what it wants, and writes it down.
     *
     * @param reason a word of a closed set
     */
    public void turnedAway(String reason, InetAddress source) {
        turnedAway(reason, source, AuditLog.NOTHING);
    }

    /** The same for a request that was answered. */
    void turnedAway(String reason, InetAddress source, String attemptId) {
        metering.countRefusal(reason);
        audit.turnedAway(reason, source, attemptId);
    }

    /** Whether an endpoint's operations go anywhere. */
    boolean has(Endpoint endpoint) {
        return endpoint != Endpoint.MANTLE || mantle != null;
    }

    /** Where an endpoint's operations go. */
    Upstream upstream(Endpoint endpoint) {
        return switch (endpoint) {
            case RUNTIME -> runtime;
            case MANTLE -> Objects.requireNonNull(mantle, "nothing is routed to an endpoint that there is not");
            case CONTROL -> control;
        };
    }
}
