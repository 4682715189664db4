package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Recorded traffic reads as it is known to have been billed; skipped where there are no recordings. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedExchangesTest {
    private static final int EVERY_CUT_BYTES_MAX = 6_000;
    private static final int CUTS_OF_LONG_BODIES = 600;

    private List<RecordedExchange> exchanges = List.of();

    @BeforeAll
    void findRecordings() {
        Assumptions.assumeTrue(Files.isDirectory(RecordedExchange.folder()), "no recordings beside the source");
        exchanges = RecordedExchange.all();
        assertThat(exchanges).hasSizeGreaterThan(300);
    }

    @Test
    void readsTheKnownUsageOfEachRecording() {
        SoftAssertions softly = new SoftAssertions();

        for (RecordedExchange exchange : exchanges) {
            UsageReading reading = exchange.wire().whole();
            Usage expected = exchange.expectedUsage();
            if (expected != null) {
                softly.assertThat(seen(reading)).as(exchange.id()).isEqualTo(expected);
            }
            boolean exact = (expected != null && !lacksACount(exchange)) || exchange.isFree();
            softly.assertThat(reading instanceof UsageReading.Exact)
                    .as(exchange.id())
                    .isEqualTo(exact);
        }

        softly.assertAll();
    }

    @Test
    void readsTierAndLatencyAsServed() {
        SoftAssertions softly = new SoftAssertions();

        for (RecordedExchange exchange : exchanges) {
            if (exchange.expected().path("servedTier").isString()) {
                Served served = exchange.wire().whole().served();
                softly.assertThat(Objects.requireNonNullElse(served.serviceTier(), "default"))
                        .as(exchange.id())
                        .isEqualTo(exchange.expected().path("servedTier").asString());
                softly.assertThat(Objects.requireNonNullElse(served.latency(), "standard"))
                        .as(exchange.id())
                        .isEqualTo(exchange.expected().path("latencyMode").asString());
            }
        }

        softly.assertAll();
    }

    @Test
    void notesEachDisagreementOfTwoSignals() {
        SoftAssertions softly = new SoftAssertions();

        for (RecordedExchange exchange : exchanges) {
            var agree = exchange.expected().path("crossCheck").path("agree");
            if (agree.isBoolean()) {
                boolean disagreed = exchange.wire().whole().disagreed();
                softly.assertThat(disagreed).as(exchange.id()).isEqualTo(!agree.asBoolean());
            }
        }

        softly.assertAll();
    }

    @Test
    void readsTheSameHoweverTheBodyIsCut() {
        SoftAssertions softly = new SoftAssertions();

        for (RecordedExchange exchange : exchanges) {
            Wire wire = exchange.wire();
            UsageReading whole = wire.whole();
            softly.assertThat(wire.pieces(1))
                    .as(exchange.id() + " byte by byte")
                    .isEqualTo(whole);
            int length = wire.length();
            int step = length <= EVERY_CUT_BYTES_MAX ? 1 : length / CUTS_OF_LONG_BODIES;
            for (int cut = 0; cut < length; cut += step) {
                if (!wire.cutAt(cut).equals(whole)) {
                    softly.fail(exchange.id() + " cut at " + cut);
                }
            }
        }

        softly.assertAll();
    }

    private static Usage seen(UsageReading reading) {
        return switch (reading) {
            case UsageReading.Exact exact -> exact.usage();
            case UsageReading.Partial partial -> partial.seen();
            case UsageReading.Absent absent -> Usage.NONE;
        };
    }

    /** Whether a recording was trimmed of a count: of its input, or of the end of a stream that says its output. */
    private static boolean lacksACount(RecordedExchange exchange) {
        String source = exchange.expected().path("usageSource").asString();
        return exchange.expected().path("notes").asString("").startsWith("partial usage")
                || (exchange.format() == WireFormat.INVOKE_EVENT_STREAM && source.equals("body"));
    }
}
