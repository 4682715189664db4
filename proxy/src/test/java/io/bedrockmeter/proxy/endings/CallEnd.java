package io.bedrockmeter.proxy.endings;

import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A way in which a call can end, and what brings it about. */
enum CallEnd {
    COMPLETE,
    CALLER_GONE_BEFORE_HEAD_DRAINED,
    CALLER_GONE_BEFORE_HEAD_CANCELLED,
    CALLER_GONE_INSIDE_DRAINED,
    CALLER_GONE_INSIDE_CANCELLED,
    RESET_BEFORE_HEAD,
    RESET_INSIDE,
    RESET_BEFORE_USAGE,
    EXCEPTION,
    STALL_BEFORE_HEAD,
    STALL_INSIDE,
    TRUNCATED,
    CORRUPT,
    REFUSED,
    THROTTLED,
    FAILED;

    private static final int INSIDE = 10;
    private static final int PART_BYTES = 100_000;
    private static final long FOR_EVER_MILLIS = 60_000;
    private static final long A_WHILE_MILLIS = 300;

    /** When the caller leaves, if it does. */
    enum Leaving {
        NEVER,
        BEFORE_THE_HEAD,
        INSIDE
    }

    /** Its name in the table. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Leaving leaving() {
        return switch (this) {
            case CALLER_GONE_BEFORE_HEAD_DRAINED, CALLER_GONE_BEFORE_HEAD_CANCELLED -> Leaving.BEFORE_THE_HEAD;
            case CALLER_GONE_INSIDE_DRAINED, CALLER_GONE_INSIDE_CANCELLED -> Leaving.INSIDE;
            case COMPLETE,
                    RESET_BEFORE_HEAD,
                    RESET_INSIDE,
                    RESET_BEFORE_USAGE,
                    EXCEPTION,
                    STALL_BEFORE_HEAD,
                    STALL_INSIDE,
                    TRUNCATED,
                    CORRUPT,
                    REFUSED,
                    THROTTLED,
                    FAILED -> Leaving.NEVER;
        };
    }

    /** A key whose calls are drained or cancelled as this ending wants it, in a world that cancels by default. */
    String key() {
        return switch (this) {
            case CALLER_GONE_BEFORE_HEAD_DRAINED, CALLER_GONE_INSIDE_DRAINED -> World.DRAINED_KEY;
            default -> World.SEARCH_KEY;
        };
    }

    /** How long the proxy waits for its upstream: no longer than it must where nothing will come. */
    List<String> patience() {
        return switch (this) {
            case STALL_BEFORE_HEAD -> List.of("first-byte-timeout: 300ms");
            case STALL_INSIDE -> List.of("idle-timeout: 300ms");
            default -> List.of();
        };
    }

    /** What the upstream does with a call that is to end so. */
    Script script(MatrixCall call) {
        Script usual = call.usual();
        boolean inPieces = call.isAnsweredInPieces();
        return switch (this) {
            case COMPLETE -> usual;
            case CALLER_GONE_BEFORE_HEAD_DRAINED -> after(usual, A_WHILE_MILLIS);
            case CALLER_GONE_BEFORE_HEAD_CANCELLED, STALL_BEFORE_HEAD -> after(usual, FOR_EVER_MILLIS);
            case CALLER_GONE_INSIDE_DRAINED -> usual.withPace(inPieces ? events(30) : parts(3));
            case CALLER_GONE_INSIDE_CANCELLED -> usual.withPace(inPieces ? events(400) : parts(80));
            case RESET_BEFORE_HEAD -> usual.withFault(Fault.resetBeforeHead());
            case RESET_INSIDE -> usual.withFault(Fault.resetAfter(INSIDE));
            case STALL_INSIDE -> usual.withFault(Fault.stallAfter(INSIDE));
            case TRUNCATED -> usual.withRaw(raw("{\"usage\":{\"topicPolicyUnits\":1,"));
            case REFUSED -> usual.withError(ErrorAnswer.of(400, "ValidationException", "no"));
            case THROTTLED -> usual.withError(ErrorAnswer.throttled());
            case FAILED -> usual.withError(ErrorAnswer.of(500, "InternalServerException", "no"));
            case RESET_BEFORE_USAGE, EXCEPTION, CORRUPT ->
                throw new IllegalStateException(this + " is proven by the conformance set alone");
        };
    }

    /** A whole answer in JSON. */
    static RawAnswer raw(String body) {
        return RawAnswer.of(
                200,
                List.of(new Header("Content-Type", "application/json"), new Header("Content-Length", "")),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static Script after(Script usual, long millis) {
        return usual.withPace(Pace.DEFAULT.withFirstByteDelayMillis(millis));
    }

    /** A stream that takes its time. */
    private static Pace events(int count) {
        return Pace.DEFAULT.withEvents(count, 20).withEventDelayMillis(20);
    }

    /** A document so long that its head does not wait for its end, and that takes its time. */
    private static Pace parts(int count) {
        return Pace.DEFAULT
                .withBodyBytes((long) count * PART_BYTES)
                .withChunkBytes(PART_BYTES)
                .withEventDelayMillis(100);
    }
}
