package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminPortTest {
    private static final String TITAN_INVOKE = "/model/amazon.titan-text-express-v1/invoke";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Simulator simulator =
            Simulator.start(SimulatorOptions.defaults().withVerifySignatures(false));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void takesScriptsAndGivesTheTruthAsJson() throws Exception {
        admin("POST", "/script", """
                [{"model": "amazon.titan-text-express-v1", "usage": {"input": 1000, "output": 10},
                  "pace": {"chunkBytes": [5], "firstByteDelayMillis": 1}},
                 {"fault": {"kind": "missing_usage"}},
                 {"error": {"status": 429, "type": "ThrottlingException", "message": "slow down"}}]""");
        Wire.post(simulator.dataPort(), TITAN_INVOKE, "{}");
        Wire.post(simulator.dataPort(), TITAN_INVOKE, "{}");
        Wire.post(simulator.dataPort(), TITAN_INVOKE, "{}");

        JsonNode truth = new JsonMapper().readTree(admin("GET", "/truth", "").body());

        assertThat(truth).hasSize(3);
        assertThat(truth.at("/0/units/input").asLong()).isEqualTo(1000);
        assertThat(truth.at("/0/usd").asString()).isEqualTo("0.000206");
        assertThat(truth.at("/1/outcome").asString()).isEqualTo("missing_usage");
        assertThat(truth.at("/2/status").asInt()).isEqualTo(429);
        assertThat(truth.at("/2/billed").asBoolean()).isFalse();
    }

    @Test
    void forgetsEverythingOnReset() throws Exception {
        admin("POST", "/script", "{\"times\": 0, \"error\": {\"status\": 503}}");
        Wire.post(simulator.dataPort(), TITAN_INVOKE, "{}");

        admin("POST", "/reset", "");

        assertThat(admin("GET", "/truth", "").body()).isEqualTo("[]");
        assertThat(Wire.post(simulator.dataPort(), TITAN_INVOKE, "{}").status()).isEqualTo(200);
    }

    @Test
    void refusesAScriptWithAKeyItDoesNotKnow() throws Exception {
        HttpResponse<String> response = admin("POST", "/script", "{\"delays\": 5}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("delays");
    }

    private HttpResponse<String> admin(String method, String path, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.adminPort() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
