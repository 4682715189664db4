package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that may use FIPS endpoints only. */
final class FipsTest {
    @TempDir
    private Path folder;

    @Test
    void sendsNothingToAnEndpointThatIsNotOne() throws Exception {
        Path ledger = folder.resolve("ledger.db");
        Path file = Files.writeString(folder.resolve("config.yaml"), """
                listen: {port: 0}
                admin: {port: 0}
                upstream: {region: us-east-1, fips: true, auth: {access-key-id: AKIAEXAMPLE, secret-access-key: x}}
                ledger: {path: %s}
                """.formatted(ledger));
        LoadedConfig.Valid config = (LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file);
        try (Proxy proxy = Proxy.start(config.config(), Proxy.Setting.ofProcess(() -> {}));
                RawClient client = RawClient.connect(proxy.port())) {

            RawResponse answer = client.send(Calls.rawAt("/mantle/openai/v1/chat/completions", "{\"model\":\"x.y\"}"))
                    .response();

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("no public FIPS endpoint", "upstream.mantle-endpoint");
            assertThat(LedgerView.rows(ledger)).isEmpty();
        }
    }
}
