package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrock.BedrockClient;

final class ControlClientsTest {
    private static final String TOKEN = "the-proxys-own-key";

    @TempDir
    private Path folder;

    /** Whatever credentials the machine has: the SDK would sign with those first. */
    @Test
    void askTheControlPlaneWithTheApiKeyOfTheConfiguration() throws IOException {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults().withBearerToken(TOKEN))) {
            simulator.resource(Resource.globalProfile("profile00001", "amazon.nova-lite-v1:0"));
            Path file = Files.writeString(folder.resolve("config.yaml"), """
                    upstream: {region: us-east-1, endpoint: "%s", auth: {scheme: bearer, token: %s}}
                    """.formatted(simulator.endpoint(), TOKEN));
            LoadedConfig.Valid config = (LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file);

            try (BedrockClient client =
                    ControlClients.of(config.config().upstream(), null).bedrock()) {
                assertThat(client.getInferenceProfile(
                                        get -> get.inferenceProfileIdentifier(
                                                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/profile00001"))
                                .models())
                        .isNotEmpty();
            }
        }
    }
}
