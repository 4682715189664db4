package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Reaction;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are wrong in ways that proxies have been caught by, where a collection of them is at hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpCasesTest {
    private static final Path CASES =
            Path.of(Objects.requireNonNull(System.getProperty("bedrockmeter.root")), "../shared/data/http-cases");
    /** They need verified callers, or minutes. */
    private static final Set<String> LEFT_OUT = Set.of("auth", "timed");

    private World world;

    @BeforeAll
    void open() {
        world = World.open("limits: {body-timeout: 1s, head-timeout: 1s, keep-alive: 1s, write-stall: 1s}");
    }

    @AfterAll
    void close() {
        Conservation.holdsExactly(world);
        world.close();
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        Path index = CASES.resolve("index.json");
        assumeThat(index).exists();
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : JsonMapper.shared().readTree(index.toFile()).get("cases")) {
            boolean taken = !LEFT_OUT.contains(one.get("category").asString())
                    && !one.path("timed").asBoolean();
            if (taken && Files.exists(CASES.resolve(one.get("file").asString()))) {
                tests.add(DynamicTest.dynamicTest(one.get("id").asString(), () -> replay(one)));
            }
        }
        return tests.stream();
    }

    private void replay(JsonNode one) throws IOException {
        byte[] bytes = Files.readAllBytes(CASES.resolve(one.get("file").asString()));
        int before = Conservation.settled(world).size();
        boolean isCut = one.path("delivery").path("mode").asString().equals("all-then-fin");
        JsonNode expect = one.get("expect");

        String reaction = one.get("proto").asString().startsWith("h2") ? http2(bytes) : http1(bytes, isCut);

        assertThat(world.raw().send(Calls.last(Calls.rawConverse())).response().status())
                .isEqualTo(200);
        int forwarded = Conservation.settled(world).size() - before - 1;
        assertThat(allowed(expect.get("upstream_requests"), forwarded))
                .as("%d calls went upstream; %s", forwarded, reaction)
                .isTrue();
        List<String> reactions = new ArrayList<>();
        expect.path("status").forEach(status -> reactions.add("status-" + status.asString()));
        expect.path("reaction").forEach(other -> reactions.add(other.asString()));
        if (expect.path("silent_close_ok").asBoolean()) {
            reactions.add("close");
        }
        if (!reactions.isEmpty() && !reactions.contains("status-any")) {
            assertThat(reaction).isIn(reactions);
        }
    }

    private String http1(byte[] bytes, boolean isCut) {
        try (RawClient client = world.raw()) {
            client.send(bytes);
            if (isCut) {
                client.finishSending();
            }
            int status = client.response().status();
            return "status-" + (status == 100 ? client.response().status() : status);
        } catch (UncheckedIOException | IOException e) {
            return "close";
        }
    }

    private String http2(byte[] bytes) {
        try (RawClient client = world.raw()) {
            client.send(bytes);
            return Http2Reaction.of(client);
        } catch (UncheckedIOException | IOException e) {
            return "close";
        }
    }

    private static boolean allowed(JsonNode counts, int count) {
        for (JsonNode one : counts) {
            boolean most = one.isString();
            int number = most ? Integer.parseInt(one.asString().substring(2)) : one.asInt();
            if (most ? count <= number : count == number) {
                return true;
            }
        }
        return false;
    }
}
