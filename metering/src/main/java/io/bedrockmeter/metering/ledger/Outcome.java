package io.bedrockmeter.metering.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of an exchange, as its proxy saw it. Immutable.
 *
 * @param ending how it ended
 * @param upstreamStatus HTTP status of the upstream's response head; 0 if there was none
 * @param clientLeft whether the caller was gone before the response was whole
 * @param endedAt when the last byte passed, or the failure was noticed
 * @param bytesOut bytes of response body that the upstream sent
 * @param upstreamRequestId the upstream's {@code x-amzn-RequestId}; null if there was none
 * @param timings durations, for histograms
 */
public record Outcome(
        Ending ending,
        int upstreamStatus,
        boolean clientLeft,
        Instant endedAt,
        long bytesOut,
        @Nullable String upstreamRequestId,
        Timings timings) {

    /**
     * Durations of one exchange, in nanoseconds; -1 where the point was not reached.
     *
     * @param total from the first byte of the request head to the end
     * @param firstByte from the same point to the first byte of the response body
     * @param upstream time spent waiting for the upstream: from the request sent to the end of its response
     * @param overhead time that the proxy added: total less upstream, less waiting for the caller's own body
     */
    public record Timings(long total, long firstByte, long upstream, long overhead) {
        /** No point was reached. */
        public static final Timings NONE = new Timings(-1, -1, -1, -1);
    }

    /** The {@code outcome} label of meters: a closed set. */
    public String label() {
        if (ending == Ending.UPSTREAM_TIMEOUT) {
            return "timeout";
        }
        if (clientLeft) {
            return "client_cancelled";
        }
        if (ending == Ending.CALLER_PROTOCOL_ERROR) {
            return "client_error";
        }
        if (ending != Ending.COMPLETE) {
            return "server_error";
        }
        if (upstreamStatus == 429) {
            return "throttled";
        }
        if (upstreamStatus >= 500) {
            return "server_error";
        }
        return upstreamStatus >= 400 ? "client_error" : "success";
    }
}
