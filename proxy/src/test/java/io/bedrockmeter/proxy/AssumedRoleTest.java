package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.FakeSts;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** Calls that go out with a session of their account's own, and with nothing else. */
final class AssumedRoleTest {
    @Test
    void signsTheCallsOfEachApplicationWithASessionOfItsOwn() throws Exception {
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, ", source-identity: true, external-id: of-ours")) {
            BedrockRuntimeAsyncClient search = world.async(World.SEARCH_KEY);
            List<CompletableFuture<ConverseResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(Calls.converse(search));
            }
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            Calls.converse(world.sync(World.SECOND_SEARCH_KEY));
            Calls.converse(world.sync(World.SUPPORT_KEY));

            assertThat(sts.asked())
                    .hasSize(2)
                    .allSatisfy(asked -> assertThat(asked)
                            .containsEntry("Action", "AssumeRole")
                            .containsEntry("RoleArn", "arn:aws:iam::123456789012:role/callers")
                            .containsEntry("ExternalId", "of-ours")
                            .containsEntry("DurationSeconds", "3600")
                            .containsEntry("Tags.member.1.Key", "team")
                            .containsEntry("Tags.member.2.Key", "app")
                            .doesNotContainKey("Tags.member.3.Key"));
            assertThat(sts.asked().get(0))
                    .containsEntry("RoleSessionName", "search,ranking")
                    .containsEntry("SourceIdentity", "search,ranking")
                    .containsEntry("Tags.member.1.Value", "search")
                    .containsEntry("Tags.member.2.Value", "ranking");
            assertThat(sts.asked().get(1)).containsEntry("RoleSessionName", "support,chat");
            assertThat(Conservation.settled(world))
                    .hasSize(22)
                    .allSatisfy(row -> assertThat(row.state()).isEqualTo("EXACT"));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void tellsTeamsOrKeysApartWhereItIsToldTo() {
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, ", per: key, session-tags: false")) {
            Calls.converse(world.sync(World.SEARCH_KEY));
            Calls.converse(world.sync(World.SECOND_SEARCH_KEY));

            assertThat(sts.asked())
                    .extracting(asked -> asked.get("RoleSessionName"))
                    .containsExactly("search,ranking," + World.SEARCH_KEY, "search,ranking," + World.SECOND_SEARCH_KEY);
            assertThat(sts.asked().get(0)).doesNotContainKeys("Tags.member.1.Key", "SourceIdentity");
        }
    }

    @Test
    void sendsTheTokenOfTheSession() {
        AtomicReference<String> received = new AtomicReference<>("");
        try (FakeSts sts = FakeSts.open();
                RawUpstream upstream = RawUpstream.behaving(line -> {
                    received.set(line.requestText());
                    line.say(RawUpstream.answer("11111111-1111-1111-1111-111111111111"));
                });
                World world = World.inFrontOf(
                        URI.create("http://127.0.0.1:" + upstream.port()),
                        new World.Settings("", sts.upstream(""), true, null))) {
            world.raw().send(Calls.rawConverse()).response();

            assertThat(received.get().toLowerCase(Locale.ROOT))
                    .contains("x-amz-security-token: token-1\r\n", "credential=asiasession000000001/")
                    .containsPattern("signedheaders=[^,]*x-amz-security-token");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void signsASessionOfSpeechWithASessionOfTheRole() throws Exception {
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, "")) {
            Session session = Session.open(world.async(World.SEARCH_KEY));

            session.begin().turn(20_000).end().call().get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void sendsNothingWhereThereIsNoSessionAndRecovers() {
        try (FakeSts sts = FakeSts.open();
                Warnings log = new Warnings();
                World world = world(sts, "")) {
            sts.refuseWith("AccessDenied");

            BedrockRuntimeException no = failure(world.sync(World.SEARCH_KEY));
            failure(world.sync(World.SEARCH_KEY));

            assertThat(no.statusCode()).isEqualTo(503);
            assertThat(no.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailableException");
            assertThat(no.getMessage())
                    .contains("no session of its role for this account", "AccessDenied")
                    .doesNotContain("123456789012");
            assertThat(sts.asked())
                    .as("asked once, and not again within a second")
                    .hasSize(1);
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("no session of the role"))
                    .singleElement()
                    .asString()
                    .contains("session=search,ranking", "user/proxy may not");
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row)
                            .returns("NOT_BILLED", Row::state)
                            .returns(0, Row::httpStatus)
                            .returns("upstream_unreachable", Row::reason));
            assertThat(world.simulator().truth()).isEmpty();

            sts.refuseWith(null);
            BedrockRuntimeClient again = world.sync(World.SEARCH_KEY);
            await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> Calls.converse(again));
        }
    }

    @Test
    void waitsABoundedWhileForASessionAndNobodyElseWaitsWithIt() {
        CountDownLatch latch = new CountDownLatch(1);
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, "")) {
            Calls.converse(world.sync(World.SEARCH_KEY));
            sts.waitFor(latch);
            BedrockRuntimeAsyncClient support = world.async(World.SUPPORT_KEY);
            CompletableFuture<ConverseResponse> waiting = Calls.converse(support);
            await().until(() -> sts.asked().size() == 2);

            Calls.converse(world.sync(World.SEARCH_KEY));

            assertThat(waiting).isNotDone();
            assertThat(waiting).failsWithin(Duration.ofSeconds(20));
            latch.countDown();
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .untilAsserted(() -> Calls.converse(world.sync(World.SUPPORT_KEY)));
            assertThat(sts.asked()).as("the late answer was kept").hasSize(2);
        }
    }

    @Test
    void stopsWithoutWaitingForASession() {
        CountDownLatch latch = new CountDownLatch(1);
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, "")) {
            sts.waitFor(latch);
            CompletableFuture<ConverseResponse> waiting = Calls.converse(world.async(World.SUPPORT_KEY));
            await().until(() -> sts.asked().size() == 1);

            world.proxy().close();

            assertThat(waiting).failsWithin(Duration.ofSeconds(10));
            assertThat(world.rows()).singleElement().returns("NOT_BILLED", Row::state);
            latch.countDown();
        }
    }

    @Test
    void changesTheRoleWhileItRuns() throws IOException {
        try (FakeSts sts = FakeSts.open();
                World world = world(sts, "")) {
            Calls.converse(world.sync(World.SEARCH_KEY));

            Files.writeString(
                    world.configFile(), Files.readString(world.configFile()).replace("role/callers", "role/others"));
            world.proxy().reload(((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(world.configFile())).config());
            Calls.converse(world.sync(World.SEARCH_KEY));

            assertThat(sts.asked())
                    .extracting(asked -> asked.get("RoleArn"))
                    .containsExactly("arn:aws:iam::123456789012:role/callers", "arn:aws:iam::123456789012:role/others");
        }
    }

    private static World world(FakeSts sts, String more) {
        return World.open(new World.Settings("", sts.upstream(more), true, null), FakeSts.simulator());
    }

    private static BedrockRuntimeException failure(BedrockRuntimeClient client) {
        return catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
    }
}
