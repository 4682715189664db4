package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Recording;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Recorded traffic through the real proxy: the caller gets the answer byte for byte, and the ledger the usage it is known to
 * have had, however the network cuts the answer. Skipped where there are no recordings.
 */
final class ReplayTest {
    @Test
    void recordsTheKnownUsageOfEachRecording() {
        replay(Pace.DEFAULT);
    }

    @Test
    void recordsTheSameWhenAnswersArriveByteByByte() {
        replay(Pace.DEFAULT.withChunkBytes(1));
    }

    private static void replay(Pace pace) {
        Assumptions.assumeTrue(Files.isDirectory(Recording.folder()), "no recordings beside the source");
        List<Recording> recordings = Recording.all();
        assertThat(recordings).hasSizeGreaterThan(300);
        try (World world = World.open()) {
            Map<String, RawResponse> answers = new HashMap<>();

            RawClient client = world.raw();
            for (Recording recording : recordings) {
                world.script(Script.NORMAL.withRaw(recording.answer()).withPace(pace));
                answers.put(recording.id(), client.send(recording.request()).response());
            }

            Map<String, Row> rows =
                    Conservation.settled(world).stream().collect(Collectors.toMap(Row::attemptId, row -> row));
            SoftAssertions softly = new SoftAssertions();
            for (Recording recording : recordings) {
                compare(softly, recording, Objects.requireNonNull(answers.get(recording.id())), rows);
            }
            softly.assertAll();
            assertThat(rows).hasSameSizeAs(recordings);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    private static void compare(SoftAssertions softly, Recording recording, RawResponse answer, Map<String, Row> rows) {
        Row row = Objects.requireNonNull(rows.get(answer.header("x-bedrock-meter-attempt-id")));
        softly.assertThat(answer.status())
                .as(recording.id())
                .isEqualTo(recording.answer().status());
        softly.assertThat(answer.body())
                .as(recording.id())
                .isEqualTo(new String(recording.answer().body(), StandardCharsets.ISO_8859_1));
        Map<String, Long> known = recording.units();
        if (answer.status() >= 400) {
            softly.assertThat(row.state()).as(recording.id()).isEqualTo("NOT_BILLED");
        } else if (recording.free()) {
            softly.assertThat(row.state()).as(recording.id()).isEqualTo("EXACT");
            softly.assertThat(row.costStatus()).as(recording.id()).isEqualTo("free");
            softly.assertThat(row.units()).as(recording.id()).isEmpty();
        } else if (known != null && recording.whole()) {
            softly.assertThat(row.state()).as(recording.id()).isEqualTo("EXACT");
            softly.assertThat(row.units()).as(recording.id()).isEqualTo(known);
        } else {
            softly.assertThat(row.state()).as(recording.id()).isEqualTo("ESTIMATED");
        }
    }
}
