package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Reaction;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RecordingUpstream;
import io.bedrockmeter.proxy.world.RecordingUpstream.Sent;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests that are wrong in ways that proxies have been caught by, where a collection of them is at hand. Each is judged by what
 * reaches the upstream, and then by how its sender was answered. Callers are verified; HTTP/2, where the key stands in a block
 * with lengths, is let in by another proxy that asks for none.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpCasesTest {
    private static final Path CASES =
            Path.of(Objects.requireNonNull(System.getProperty("bedrockmeter.root")), "../shared/data/http-cases");

    private static final String SHORT = "limits: {body-timeout: 1s, head-timeout: 1s, keep-alive: 1s, write-stall: 1s}";
    private static final String MARKER = "/model/the.marker-v1%3A0/converse";

    private final RecordingUpstream upstream = new RecordingUpstream();
    private World verifying;
    private World open;
    private IssuedKey key;

    @BeforeAll
    void open(@TempDir Path folder) {
        Keys keys = new Keys(folder);
        key = keys.create();
        verifying =
                World.inFrontOf(upstream.endpoint(), new World.Settings(keys.section() + "\n" + SHORT, "", true, null));
        open = World.inFrontOf(upstream.endpoint(), new World.Settings(SHORT, "", true, null));
    }

    @AfterAll
    void close() throws IOException {
        Conservation.holdsBetweenLedgerAndMeters(verifying);
        Conservation.holdsBetweenLedgerAndMeters(open);
        verifying.close();
        open.close();
        upstream.close();
    }

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        Path index = CASES.resolve("index.json");
        assumeThat(index).exists();
        JsonNode all = JsonMapper.shared().readTree(index.toFile());
        String token = all.get("token").asString();
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : all.get("cases")) {
            if (Files.exists(CASES.resolve(one.get("file").asString()))) {
                tests.add(DynamicTest.dynamicTest(one.get("id").asString(), () -> replay(one, token)));
            }
        }
        return tests.stream();
    }

    private void replay(JsonNode one, String token) throws IOException {
        boolean http2 = one.get("proto").asString().startsWith("h2");
        World world = http2 ? open : verifying;
        byte[] bytes = Files.readAllBytes(CASES.resolve(one.get("file").asString()));
        String told = new String(bytes, StandardCharsets.ISO_8859_1);
        String sent = http2 ? told : told.replace(token, key.bearerKey());
        int before = upstream.requests().size();
        JsonNode expect = one.get("expect");

        Reaction reaction = deliver(world, sent, one.path("delivery"), http2, expect);

        List<Sent> forwarded = forwarded(world, before);
        holdsAtTheUpstream(forwarded, expect, token);
        List<String> allowed = new ArrayList<>();
        expect.path("status").forEach(status -> allowed.add("status-" + status.asString()));
        expect.path("reaction").forEach(other -> allowed.add(other.asString()));
        if (expect.path("silent_close_ok").asBoolean()) {
            allowed.add("close");
        }
        if (!allowed.isEmpty() && !allowed.contains("status-any")) {
            assertThat(reaction.first()).isIn(allowed);
        }
        if (expect.path("connection_closed").asBoolean()) {
            assertThat(reaction.closed())
                    .as("closed after %s", reaction.first())
                    .isTrue();
        }
    }

    /** What a sender saw: the first answer, and whether the connection was closed afterwards, where that was waited for. */
    private record Reaction(String first, boolean closed) {}

    private Reaction deliver(World world, String sent, JsonNode delivery, boolean http2, JsonNode expect) {
        try (RawClient client = world.raw()) {
            String mode = delivery.path("mode").asString("at-once");
            switch (mode) {
                case "every-byte" ->
                    everyByte(client, sent, delivery.path("delay_ms").asInt());
                case "headers-wait-body" -> {
                    int body = sent.indexOf("\r\n\r\n") + 4;
                    client.send(sent.substring(0, body));
                    assertThat(client.response().status()).isEqualTo(100);
                    client.send(sent.substring(body));
                }
                case "all-then-fin" -> client.send(sent).finishSending();
                case "all-then-rst" -> {
                    client.send(sent).reset();
                    return new Reaction("close", true);
                }
                case "at-once", "all-then-hold" -> client.send(sent);
                default -> throw new AssertionError("no such way to send: " + mode);
            }
            String first = http2 ? Http2Reaction.of(client) : "status-" + status(client);
            boolean awaited = !http2 && expect.path("connection_closed").asBoolean();
            if (awaited) {
                client.readAll();
            }
            return new Reaction(first, awaited || http2);
        } catch (UncheckedIOException | IOException e) {
            return new Reaction("close", true);
        }
    }

    private static void everyByte(RawClient client, String sent, long delayMillis) {
        for (int i = 0; i < sent.length(); i++) {
            client.send(sent.substring(i, i + 1));
            LockSupport.parkNanos(Duration.ofMillis(delayMillis).toNanos());
        }
    }

    private static int status(RawClient client) {
        int status = client.response().status();
        return status == 100 ? client.response().status() : status;
    }

    /** What went upstream because of a case; a call that comes after it must work, and ends the wait. */
    private List<Sent> forwarded(World world, int before) {
        String body = "{}";
        String marker = "POST " + MARKER + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + key.bearerKey()
                + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        assertThat(world.raw().send(marker).response().status()).isEqualTo(200);
        Conservation.settled(world);
        List<Sent> all = upstream.requests();
        return all.subList(before, all.size()).stream()
                .filter(sent -> !sent.target().equals(MARKER))
                .toList();
    }

    private void holdsAtTheUpstream(List<Sent> forwarded, JsonNode expect, String token) {
        assertThat(isAllowed(expect.get("upstream_requests"), forwarded.size()))
                .as("%d calls went upstream: %s", forwarded.size(), forwarded)
                .isTrue();
        List<String> never = new ArrayList<>(texts(expect.path("never_upstream")));
        never.add(token);
        never.add(key.bearerKey());
        for (Sent sent : forwarded) {
            assertThat(sent.head()).doesNotContain(never);
            assertThat(sent.headers())
                    .extracting(Map.Entry::getKey)
                    .doesNotHaveDuplicates()
                    .doesNotContain("transfer-encoding", "connection", "upgrade");
            texts(expect.path("headers_absent"))
                    .forEach(name -> assertThat(sent.values(name)).isEmpty());
            texts(expect.path("header_values_absent"))
                    .forEach(value -> assertThat(sent.head()).doesNotContain(value));
            texts(expect.path("single_headers"))
                    .forEach(name -> assertThat(sent.values(name)).hasSize(1));
            if (expect.has("target_prefix")) {
                assertThat(sent.target()).startsWith(expect.get("target_prefix").asString());
            }
            if (expect.has("forwarded_body_sha256")) {
                assertThat(sha256(sent.body()))
                        .isEqualTo(expect.get("forwarded_body_sha256").asString());
            }
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    private static boolean isAllowed(JsonNode counts, int count) {
        for (JsonNode one : counts) {
            boolean most = one.isString();
            int number = most ? Integer.parseInt(one.asString().substring(2)) : one.asInt();
            if (most ? count <= number : count == number) {
                return true;
            }
        }
        return false;
    }

    private static String sha256(String latin1) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(latin1.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
