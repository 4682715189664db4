package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The answers with which the proxy itself refuses or fails a call, in the form of {@link AwsErrors}. Each names the attempt, so
 * that it can be found.
 *
 * @param style the form that the caller expects
 * @param attemptId stands in each answer
 * @param clock for the {@code Date} header
 */
record ErrorAnswers(ErrorStyle style, String attemptId, InstantSource clock) {
    private static final String UNAVAILABLE = "ServiceUnavailableException";

    FullHttpResponse unauthenticated(String type, String message) {
        return of(HttpResponseStatus.FORBIDDEN, type, message);
    }

    FullHttpResponse unknownOperation(String message) {
        return of(HttpResponseStatus.NOT_FOUND, "UnknownOperationException", message);
    }

    FullHttpResponse accessDenied(String keyId, String rule) {
        return of(
                HttpResponseStatus.FORBIDDEN,
                "AccessDeniedException",
                "Key " + keyId + " may not make this call by its rule of " + rule + ".");
    }

    FullHttpResponse switchedOff(String message) {
        return of(HttpResponseStatus.FORBIDDEN, "AccessDeniedException", message);
    }

    FullHttpResponse invalid(String message) {
        return of(HttpResponseStatus.BAD_REQUEST, "ValidationException", message);
    }

    FullHttpResponse notFound(String message) {
        return of(HttpResponseStatus.NOT_FOUND, "ResourceNotFoundException", message);
    }

    FullHttpResponse conflict(String message) {
        return of(HttpResponseStatus.BAD_REQUEST, "ConflictException", message);
    }

    FullHttpResponse tooLarge(long bytesMax) {
        return of(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "RequestEntityTooLargeException",
                "The request body is longer than " + bytesMax + " bytes (limits.body).");
    }

    FullHttpResponse bodyTooLate(long secondsMax) {
        return of(
                HttpResponseStatus.REQUEST_TIMEOUT,
                "RequestTimeoutException",
                "The request body did not arrive within " + secondsMax + " s (limits.body-timeout).");
    }

    FullHttpResponse bodyTooSlow(ExchangeLimits limits) {
        return of(
                HttpResponseStatus.REQUEST_TIMEOUT,
                "RequestTimeoutException",
                "Less than " + limits.bodyWindowBytesMin() + " bytes of the request body arrived within "
                        + limits.bodyWindow().toMillis() + " ms (limits.body-window-bytes).");
    }

    /** The proxy cannot take the call, or cannot finish it; another try may succeed. */
    FullHttpResponse unavailable(String message) {
        return of(HttpResponseStatus.SERVICE_UNAVAILABLE, UNAVAILABLE, message);
    }

    /** The call may not be made now, or cannot be. */
    FullHttpResponse notAdmitted(Admission.Refused no) {
        return switch (no.reason()) {
            case OVERLOADED, LEDGER_UNAVAILABLE -> unavailable(no.message());
            // Not to be retried: SDKs take it for what it is.
            case BUDGET -> of(HttpResponseStatus.BAD_REQUEST, "ServiceQuotaExceededException", no.message());
            case RATE_LIMITED -> throttled(no.message(), no.retryAfter());
        };
    }

    /** A limit of the proxy's own is reached, and SDKs are to slow down. */
    private FullHttpResponse throttled(String message, @Nullable Duration retryAfter) {
        FullHttpResponse answer = of(HttpResponseStatus.TOO_MANY_REQUESTS, "ThrottlingException", message);
        if (retryAfter != null) {
            answer.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter.toSeconds());
        }
        return answer;
    }

    /** There is no room for the call at the moment; another try may succeed after so long. */
    FullHttpResponse busy(String message, Duration retryAfter) {
        FullHttpResponse answer = unavailable(message);
        answer.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter.toSeconds());
        return answer;
    }

    /** The proxy takes nothing more, and finishes nothing more. */
    FullHttpResponse stopping() {
        return unavailable("The proxy is stopping.");
    }

    /** The call's intent is not durable. */
    FullHttpResponse notRecorded(Throwable cause) {
        return unavailable("The call was not sent because it could not be recorded: " + cause.getMessage());
    }

    /** The connection to Bedrock is gone before the answer was whole. */
    FullHttpResponse broken(Throwable cause) {
        return badGateway("The connection to Amazon Bedrock broke: " + cause.getMessage());
    }

    /** Bedrock could not be reached, or broke off. */
    FullHttpResponse badGateway(String message) {
        return of(HttpResponseStatus.BAD_GATEWAY, UNAVAILABLE, message);
    }

    /** Bedrock is silent. */
    FullHttpResponse gatewayTimeout() {
        return of(
                HttpResponseStatus.GATEWAY_TIMEOUT,
                UNAVAILABLE,
                "Amazon Bedrock sent nothing within the time limit (upstream.first-byte-timeout, upstream.idle-timeout,"
                        + " upstream.total-timeout).");
    }

    private FullHttpResponse of(HttpResponseStatus status, String type, String message) {
        FullHttpResponse answer = AwsErrors.answer(style, status, type, message, attemptId, clock.instant());
        answer.headers().set(ExchangeHeaders.ATTEMPT_ID, attemptId);
        return answer;
    }
}
