package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Metering;
import io.bedrockmeter.proxy.auth.Authenticator;
import io.bedrockmeter.proxy.signing.RequestSigner;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What an exchange works with, from its start to its end. Immutable; each part is thread-safe. A reload makes another one.
 *
 * @param authenticator who is calling
 * @param signer how Bedrock is told who sends
 * @param metering admits, reads, settles
 * @param attemptIds names each attempt
 * @param bodyBudget bound on all bodies held
 * @param limits bounds of one exchange
 * @param region source region: that of the upstream endpoint
 * @param hostHeader the upstream's {@code host}
 * @param cancelOnDisconnect whether an answer is given up, instead of read on, when its caller leaves
 * @param clock wall clock
 * @param nanoClock for durations
 */
public record ExchangeServices(
        Authenticator authenticator,
        RequestSigner signer,
        Metering metering,
        AttemptIds attemptIds,
        BodyBudget bodyBudget,
        ExchangeLimits limits,
        String region,
        String hostHeader,
        boolean cancelOnDisconnect,
        InstantSource clock,
        LongSupplier nanoClock) {}
