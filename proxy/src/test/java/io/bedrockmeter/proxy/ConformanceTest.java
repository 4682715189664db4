package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.conformance.CaseUpstream;
import io.bedrockmeter.simulator.conformance.Conformance;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance set, which is found by its folder: whole, and however the network cuts it. */
final class ConformanceTest {
    private static final Path CASES =
            Path.of(System.getProperty("bedrockmeter.root"), "deploy", "conformance", "cases");

    /** Every operation is served, and nothing is looked up, because there is nobody to ask. */
    private static final World.Settings SETTINGS = new World.Settings(
            "metering: {resolve: false, meter-hold: 0s}\nlimits: {async-invocations: true, batch: true}",
            "",
            true,
            null);

    @ParameterizedTest
    @ValueSource(ints = {1 << 16, 7, 1})
    void holdsEveryCase(int pieceBytes) throws InterruptedException {
        try (CaseUpstream upstream = CaseUpstream.on(0);
                World world = World.inFrontOf(upstream.endpoint(), SETTINGS)) {
            URI admin = URI.create("http://127.0.0.1:" + world.proxy().adminPort());

            List<String> failures = new Conformance(upstream, world.endpoint(), admin).run(CASES, pieceBytes);

            assertThat(failures).isEmpty();
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }
}
