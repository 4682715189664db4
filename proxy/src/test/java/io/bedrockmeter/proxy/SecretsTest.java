package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

/** A process that was told secrets and prompts in every way that one can think of, and has written none of them anywhere. */
final class SecretsTest {
    private static final String PROMPT = "PromptThatNobodyElseMayRead";
    private static final String ANSWER = "AnswerThatNobodyElseMayRead";
    private static final String STRAY = "SecretOfACallerInTheWrongPlace";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the upstream says, in turn. */
    private static final List<String> ANSWERS = List.of(
            answer("200 OK", "application/json", "{\"output\":\"" + ANSWER + "\",\"usage\":{\"inputTokens\":3}}"),
            answer("400 Bad Request", "application/json", "{\"message\":\"'" + PROMPT + "' is too short\"}"),
            answer("500 Oops", "text/html", "<p>" + PROMPT + ANSWER + "</p>"),
            answer("200 OK", "application/json", "{\"usage\":{\"inputTokens\":\"" + ANSWER + "\"}}"),
            answer("200 OK", "application/vnd.amazon.eventstream", ANSWER + ANSWER),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"output\":\"" + ANSWER,
            "HTTP/1.1 " + ANSWER + "\r\n" + ANSWER + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + ANSWER + "\u0001: x\r\n\r\n");

    @TempDir
    private Path folder;

    @Test
    void writesNoSecretAndNoPrompt() throws Exception {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        AtomicInteger turn = new AtomicInteger();
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
            line.requestText();
            line.say(ANSWERS.get(turn.getAndIncrement() % ANSWERS.size()));
        })) {
            Path config = World.configFile(
                    folder,
                    upstream.endpoint(),
                    new World.Settings(
                            keys.section() + "\nlogging: {level: trace}", "  connect-timeout: 1s", true, null));
            try (ProxyProcess process = ProxyProcess.start(config)) {
                callInEveryWay(process, key);
                rotate(keys, key, process);
                refuseAConfiguration(config, process);

                List<String> written = new ArrayList<>(process.said());
                process.stop();
                written.addAll(process.said());
                written.addAll(filesWithout(config));

                assertThat(turn.get()).isGreaterThan(2 * ANSWERS.size());
                assertThat(written).hasSizeGreaterThan(20).anyMatch(line -> line.contains("call refused"));
                for (String secret : List.of(
                        PROMPT,
                        ANSWER,
                        STRAY,
                        Keys.MASTER,
                        SimulatorOptions.DEFAULT_SECRET_KEY,
                        key.secretAccessKey(),
                        key.bearerKey())) {
                    assertThat(written).as(secret).noneMatch(line -> line.contains(secret));
                }
            }
        }
    }

    private static void callInEveryWay(ProxyProcess process, IssuedKey key) {
        try (BedrockRuntimeClient right = client(process, key.key().id(), key.secretAccessKey());
                BedrockRuntimeClient wrong = client(process, key.key().id(), STRAY);
                BedrockRuntimeClient swapped =
                        client(process, key.secretAccessKey(), key.key().id())) {
            Message said = Message.builder()
                    .role("user")
                    .content(ContentBlock.fromText(PROMPT))
                    .build();
            for (int i = 0; i < 2 * ANSWERS.size(); i++) {
                failing(() -> right.converse(r -> r.modelId(Calls.HAIKU)
                        .messages(said)
                        .system(SystemContentBlock.fromText(PROMPT))
                        .requestMetadata(Map.of("note", PROMPT))));
                failing(() -> right.invokeModel(r -> r.modelId(Calls.HAIKU)
                        .requestMetadata("{\"note\":\"" + PROMPT + "\"}")
                        .body(SdkBytes.fromUtf8String("{\"messages\":\"" + PROMPT))));
            }
            for (BedrockRuntimeClient refused : List.of(wrong, swapped)) {
                failing(() -> refused.converse(r -> r.modelId(Calls.HAIKU).messages(said)));
            }
        }
        String body = "{\"messages\":\"" + PROMPT + "\"}";
        String bearer = "Authorization: Bearer " + key.bearerKey();
        for (String header : List.of(
                bearer,
                bearer + "x",
                bearer + "\r\nAuthorization: " + STRAY,
                "Authorization: " + STRAY,
                "Authorization: Basic " + STRAY,
                "Authorization: AWS4-HMAC-SHA256 Credential=" + STRAY,
                "Authorization: AWS4-HMAC-SHA256 Credential=" + key.key().id()
                        + "/20261201/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature="
                        + "0".repeat(64) + "\r\nX-Amz-Date: 20261201T000000Z\r\nX-Amz-Security-Token: " + STRAY,
                "x-api-key: " + key.bearerKey(),
                "X-Forwarded-For: " + STRAY,
                "Cookie: " + STRAY,
                "Bad Name " + STRAY + ": x",
                "Content-Length: " + STRAY)) {
            send(process, Calls.raw("converse", body).replaceFirst("\r\n", "\r\n" + header + "\r\n"));
            send(process, Calls.rawAt("/anthropic/v1/messages", body).replaceFirst("\r\n", "\r\n" + header + "\r\n"));
        }
        send(process, "POST /model/" + PROMPT + "/converse?X-Amz-Signature=" + STRAY + " HTTP/1.1\r\nHost: a\r\n\r\n");
        send(process, "GET /" + PROMPT + "?" + STRAY + " HTTP/1.1\r\nHost: a\r\n" + bearer + "\r\n\r\n");
        send(process, PROMPT + " " + STRAY + "\r\n\r\n");
        send(process, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + STRAY + PROMPT);
        send(process, "\u0016\u0003\u0001\u0000 " + STRAY + PROMPT);
    }

    private static void rotate(Keys keys, IssuedKey key, ProxyProcess process) {
        IssuedKey next = keys.rotate(key, Duration.ZERO);
        keys.revoke(next);
        await().atMost(PATIENCE).until(() -> process.said().stream().anyMatch(line -> line.contains("change=revoked")));
    }

    private static void refuseAConfiguration(Path config, ProxyProcess process) throws IOException {
        String good = Files.readString(config);
        Files.writeString(config, good.replace("master-secret: ", "master-secret: [" + STRAY + "]\n#"));
        process.hangUp();
        await().atMost(PATIENCE)
                .until(() -> process.said().stream().anyMatch(line -> line.contains("configuration refused")));
        Files.writeString(
                config,
                good.replace("logging:", "limits: {fields: 50}\nlogging:")
                        .replace(
                                SimulatorOptions.DEFAULT_SECRET_KEY,
                                SimulatorOptions.DEFAULT_SECRET_KEY.replace('a', 'b')));
        process.hangUp();
        await().atMost(PATIENCE)
                .until(() -> process.said().stream()
                        .anyMatch(line -> line.contains("configuration changed") && line.contains("limits.fields")));
    }

    /** Every file that there is, but the configuration, where secrets may stand. */
    private List<String> filesWithout(Path config) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(config))
                    .toList()) {
                contents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(contents).hasSizeGreaterThan(1);
        return contents;
    }

    private static void send(ProxyProcess process, String request) {
        try (RawClient client = RawClient.connect(process.port())) {
            client.send(request).finishSending().readAll();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void failing(Runnable call) {
        try {
            call.run();
        } catch (SdkException e) {
            // The caller may be told.
        }
    }

    private static BedrockRuntimeClient client(ProxyProcess process, String id, String secret) {
        return BedrockRuntimeClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + process.port()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private static String answer(String status, String type, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }
}
