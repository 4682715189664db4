package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.absent;
import static io.bedrockmeter.metering.usage.Responses.chunk;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static io.bedrockmeter.metering.usage.Responses.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.eventstream.Frames;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Speech in both directions: running totals, speech and text apart. */
class SpeechUsageTest {
    private static final String FIRST = event(128, 110, 18, 0, 0);
    private static final String LAST = event(358, 210, 28, 90, 30);
    private static final Usage WHOLE =
            tokens(28, 30).with(UsageUnit.SPEECH_INPUT, 210).with(UsageUnit.SPEECH_OUTPUT, 90);

    @Test
    void readsTheLastOfTheTotalsAndAddsNothingUp() {
        assertThat(exact(session(FIRST, "{\"event\":{\"textOutput\":{\"content\":\"hi\"}}}", LAST)))
                .isEqualTo(WHOLE);
    }

    @Test
    void isPartialWhereTheSessionBreaks() {
        Wire wire = session(FIRST, LAST);

        UsageReading.Partial partial = partial(wire.brokenAt(wire.length()));

        assertThat(partial.seen()).isEqualTo(WHOLE);
        assertThat(partial.why()).isEqualTo(UsageGap.TRUNCATED);
    }

    @Test
    void isPartialWhereTheSessionEndsInAnException() {
        Wire wire = Responses.wire(
                WireFormat.BIDIRECTIONAL_EVENT_STREAM,
                "amazon.nova-2-sonic-v1:0",
                Map.of(),
                Frames.join(chunk(LAST), Frames.exception("modelTimeoutException", "late")));

        assertThat(partial(read(wire)).why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
    }

    @Test
    void doesNotCallASessionWithoutTotalsNothing() {
        assertThat(absent(read(session("{\"event\":{\"completionStart\":{}}}"))).why())
                .isEqualTo(UsageGap.NOT_REPORTED);
    }

    private static Wire session(String... documents) {
        byte[][] frames = Stream.of(documents).map(Responses::chunk).toArray(byte[][]::new);
        return Responses.wire(
                WireFormat.BIDIRECTIONAL_EVENT_STREAM, "amazon.nova-2-sonic-v1:0", Map.of(), Frames.join(frames));
    }

    private static String event(int all, int speechIn, int textIn, int speechOut, int textOut) {
        return "{\"event\":{\"usageEvent\":{\"completionId\":\"c\",\"totalInputTokens\":1,\"totalOutputTokens\":2,"
                + "\"totalTokens\":" + all + ",\"details\":{\"delta\":{\"input\":{\"speechTokens\":7,\"textTokens\":7},"
                + "\"output\":{\"speechTokens\":7,\"textTokens\":7}},\"total\":{\"input\":{\"speechTokens\":" + speechIn
                + ",\"textTokens\":" + textIn + "},\"output\":{\"speechTokens\":" + speechOut + ",\"textTokens\":"
                + textOut + "}}}}}}";
    }
}
