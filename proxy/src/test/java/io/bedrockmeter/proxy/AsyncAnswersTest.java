package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers about asynchronous invocations, byte by byte: what is not the caller's own never passes, whatever they look like. */
final class AsyncAnswersTest {
    private static final String OWN = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/aaaaaaaaaaaa";
    private static final String FOREIGN = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/bbbbbbbbbbbb";
    private static final String STARTED = json("{\"invocationArn\":\"" + OWN + "\"}");
    private static final String START =
            "{\"clientRequestToken\":\"t\",\"modelId\":\"amazon.nova-reel-v1:1\",\"modelInput\":{}}";
    private static final String OWN_SUMMARY =
            "{\"invocationArn\":\"" + OWN + "\",\"status\":\"Completed\",\"some\":[1.50,{\"new\":null}]}";
    private static final String PAGE = "{\"nextToken\":\"more\",\"unknown\":{\"invocationArn\":\"" + FOREIGN
            + "\"},\"asyncInvokeSummaries\":[{\"invocationArn\":\"" + FOREIGN + "\",\"status\":\"Completed\"},"
            + OWN_SUMMARY + ",{\"arn\":\"" + FOREIGN + "\"},7,{\"status\":\"Failed\",\"invocationArn\":\"" + FOREIGN
            + "\"}]}";
    private static final World.Settings SERVED =
            new World.Settings("limits: {async-invocations: true, bodies-total: 30MB}", "", true, null);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> received = new CopyOnWriteArrayList<>();

    /** What the upstream answers to anything but a start. */
    private volatile String answer = "";

    @Test
    void passOnOwnJobsOnlyWhereverTheyAreCut() throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(this::talk);
                World world = World.inFrontOf(upstream.endpoint(), SERVED);
                RawClient client = RawClient.connect(world.proxy().port())) {
            start(client);

            for (int cut = 1; cut < PAGE.length(); cut++) {
                answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(PAGE.substring(0, cut))
                        + chunk(PAGE.substring(cut)) + "0\r\n\r\n";

                RawResponse page = get(client, "/async-invoke");

                assertThat(page.status()).isEqualTo(200);
                assertThat(page.body())
                        .as("cut at %s", cut)
                        .isEqualTo("{\"asyncInvokeSummaries\":[" + OWN_SUMMARY + "],\"nextToken\":\"more\"}");
            }
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void askForWhatTheCallerAsksFor() throws IOException {
        String query =
                "?maxResults=3&statusEquals=Completed&sortBy=SubmissionTime&sortOrder=Ascending&nextToken=a%2Fb%3D";
        try (RawUpstream upstream = RawUpstream.behaving(this::talk);
                World world = World.inFrontOf(upstream.endpoint(), SERVED);
                RawClient client = RawClient.connect(world.proxy().port())) {
            answer = json("{\"asyncInvokeSummaries\":[]}");

            RawResponse page = get(client, "/async-invoke" + query);

            assertThat(page.body()).isEqualTo("{\"asyncInvokeSummaries\":[]}");
            assertThat(received).singleElement().asString().startsWith("GET /async-invoke" + query + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"asyncInvokeSummaries\":[{\"invocationArn\":\"" + FOREIGN,
                "{\"asyncInvokeSummaries\":{\"invocationArn\":\"" + FOREIGN + "\"}}",
                "{\"jobs\":[{\"invocationArn\":\"" + FOREIGN + "\"}]}",
                "[{\"invocationArn\":\"" + FOREIGN + "\"}]"
            })
    void areNotPassedOnWhereTheyCannotBeRead(String page) throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(this::talk);
                World world = World.inFrontOf(upstream.endpoint(), SERVED);
                RawClient client = RawClient.connect(world.proxy().port())) {
            answer = json(page);

            RawResponse refused = get(client, "/async-invoke");

            assertThat(refused.status()).isEqualTo(502);
            assertThat(refused.body()).doesNotContain("bbbb");
            answer = json(PAGE);
            assertThat(get(client, "/async-invoke").status()).isEqualTo(200);
        }
    }

    @Test
    void areRefusedWhereTheyAreLongerThanAnyPageAndLeaveNothingBehind() throws IOException {
        String tooLong = "{\"asyncInvokeSummaries\":[\"" + "x".repeat(9 << 20) + "\"]}";
        try (RawUpstream upstream = RawUpstream.behaving(this::talk);
                World world = World.inFrontOf(upstream.endpoint(), SERVED)) {
            answer = json(tooLong);
            // Each would take a third of what may be held, if it were not given back.
            for (int call = 0; call < 6; call++) {
                try (RawClient client = RawClient.connect(world.proxy().port())) {
                    RawResponse refused = get(client, "/async-invoke");

                    assertThat(refused.status()).isEqualTo(502);
                    assertThat(refused.body()).contains("maxResults");
                }
            }
            answer = json("{\"asyncInvokeSummaries\":[\"" + "x".repeat(7 << 20) + "\"]}");
            for (int call = 0; call < 6; call++) {
                try (RawClient client = RawClient.connect(world.proxy().port())) {
                    assertThat(get(client, "/async-invoke").status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void passOnWhatBedrockRefuses() throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(this::talk);
                World world = World.inFrontOf(upstream.endpoint(), SERVED);
                RawClient client = RawClient.connect(world.proxy().port())) {
            answer = "HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: ValidationException\r\nContent-Length: 15\r\n\r\n"
                    + "{\"message\":\"m\"}";

            RawResponse refused = get(client, "/async-invoke?maxResults=0");

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).isEqualTo("{\"message\":\"m\"}");
        }
    }

    @Test
    void areNotNeededForARepeatedStartToCountOnce() throws IOException {
        AtomicInteger starts = new AtomicInteger();
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    String request = line.requestText();
                    while (!request.isEmpty()) {
                        if (!request.startsWith("POST ")) {
                            line.say(json("{\"status\":\"Completed\"}"));
                        } else if (starts.incrementAndGet() < 3) {
                            line.say(starts.get() == 1 ? "" : STARTED.substring(0, STARTED.length() - 5));
                            return;
                        } else {
                            line.say(STARTED);
                        }
                        request = line.requestText();
                    }
                });
                World world = World.inFrontOf(upstream.endpoint(), SERVED)) {
            for (int expected : List.of(502, 502, 200)) {
                try (RawClient client = RawClient.connect(world.proxy().port())) {
                    assertThat(client.send(post()).response().status()).isEqualTo(expected);
                }
            }

            assertThat(Conservation.settled(world))
                    .satisfiesExactly(
                            row -> assertThat(row)
                                    .returns("ESTIMATED", Row::state)
                                    .returns("upstream_reset", Row::reason)
                                    .returns(Map.of("video_second", 6L), Row::units),
                            row -> assertThat(row)
                                    .returns("NOT_BILLED", Row::state)
                                    .returns("job_begun_before", Row::reason),
                            row -> assertThat(row)
                                    .returns("NOT_BILLED", Row::state)
                                    .returns("job_begun_before", Row::reason));
            try (RawClient client = RawClient.connect(world.proxy().port())) {
                assertThat(get(client, "/async-invoke/" + OWN.replace("/", "%2F"))
                                .status())
                        .isEqualTo(200);
            }
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void nameTheJobToTheLedgerThoughItsCallerLeftMeanwhile() throws IOException {
        CountDownLatch left = new CountDownLatch(1);
        World.Settings cancelling = new World.Settings(
                "limits: {async-invocations: true}\nmetering: {meter-hold: 0s, on-disconnect: cancel}", "", true, null);
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    while (!line.requestText().isEmpty()) {
                        received.add("one");
                        await().until(() -> left.getCount() == 0);
                        line.say(STARTED);
                    }
                });
                World world = World.inFrontOf(upstream.endpoint(), cancelling)) {
            RawClient leaving = RawClient.connect(world.proxy().port());
            leaving.send(post());
            await().atMost(PATIENCE).until(() -> received.size() == 1);
            leaving.reset();
            goRoundEveryLoop(world);
            left.countDown();
            await().atMost(PATIENCE)
                    .until(() -> world.rows().stream().map(Row::reason).toList().equals(List.of("job_begun")));
            assertThat(world.proxy().metered().scraped().registry().scrape()).contains("client_cancelled");

            try (RawClient again = RawClient.connect(world.proxy().port())) {
                assertThat(again.send(post()).response().body()).contains(OWN);
            }

            assertThat(Conservation.settled(world))
                    .extracting(Row::reason)
                    .containsExactly("job_begun", "job_begun_before");
        }
    }

    /** Once each loop has answered a later call, it has seen that the caller left. */
    private static void goRoundEveryLoop(World world) throws IOException {
        for (int call = 0; call < 8; call++) {
            try (RawClient client = RawClient.connect(world.proxy().port())) {
                assertThat(get(client, "/async-invoke/" + FOREIGN.replace("/", "%2F"))
                                .status())
                        .isEqualTo(400);
            }
        }
    }

    private void talk(RawUpstream.Line line) throws IOException {
        String request = line.requestText();
        while (!request.isEmpty()) {
            received.add(request);
            line.say(request.startsWith("POST ") ? STARTED : answer);
            request = line.requestText();
        }
    }

    private static void start(RawClient client) {
        assertThat(client.send(post()).response().body()).contains(OWN);
    }

    private static RawResponse get(RawClient client, String target) {
        return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .response();
    }

    private static String post() {
        return "POST /async-invoke HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + START.length() + "\r\n\r\n"
                + START;
    }

    private static String json(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }
}
