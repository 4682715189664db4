package io.bedrockmeter.simulator.truth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TruthLogTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyLineIsInTheFileWhenItsAppendIsDone(boolean fsync) throws Exception {
        Path file = directory.resolve("truth.ndjson");
        try (TruthLog log = TruthLog.open(file, fsync)) {
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                appends.add(log.append(entry("request-" + number)));
            }

            CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).join();

            assertThat(Files.readAllLines(file)).hasSize(200);
            assertThat(log.entries()).hasSize(200);
        }
        JsonNode last = new JsonMapper().readTree(Files.readAllLines(file).get(199));
        assertThat(last.path("requestId").asString()).isEqualTo("request-199");
        assertThat(last.at("/units/input").asLong()).isEqualTo(12);
        assertThat(last.path("usd").isNull()).isTrue();
    }

    @Test
    void continuesAFileThatIsThere() throws Exception {
        Path file = directory.resolve("truth.ndjson");
        Files.writeString(file, "{\"requestId\":\"before\"}\n");

        try (TruthLog log = TruthLog.open(file, true)) {
            log.append(entry("after")).join();
        }

        assertThat(Files.readAllLines(file)).hasSize(2).first().asString().contains("before");
    }

    private static TruthEntry entry(String requestId) {
        return new TruthEntry(
                requestId,
                "2026-11-25T12:00:00Z",
                "AKIA",
                "Converse",
                "a-model",
                "runtime",
                200,
                "ok",
                Map.of("input", 12L),
                Map.of(),
                "default",
                "standard",
                "on_demand",
                true,
                null);
    }
}
