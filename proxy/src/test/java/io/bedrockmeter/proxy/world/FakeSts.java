package io.bedrockmeter.proxy.world;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bedrockmeter.simulator.SimulatorOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** AWS STS, as far as AssumeRole goes: it verifies who asks, and gives out sessions that a simulator can be told of before. */
public final class FakeSts implements AutoCloseable {
    private static final int SESSIONS_MAX = 20;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final HttpServer server;
    private final List<Map<String, String>> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable String refusal;
    private volatile CountDownLatch open = new CountDownLatch(0);

    private FakeSts(HttpServer server) {
        this.server = server;
    }

    /** One that answers. */
    public static FakeSts open() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            FakeSts sts = new FakeSts(server);
            server.createContext("/", sts::answer);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return sts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A simulator that knows the sessions and nobody else, least of all who asks for them. */
    public static SimulatorOptions simulator() {
        Map<String, String> secrets = new LinkedHashMap<>();
        IntStream.rangeClosed(1, SESSIONS_MAX).forEach(number -> secrets.put(keyId(number), secret(number)));
        return SimulatorOptions.defaults().withKeys(secrets);
    }

    /** Lines of an upstream section that assumes a role here. */
    public String upstream(String more) {
        return "  sts-endpoint: http://127.0.0.1:" + server.getAddress().getPort()
                + "\n  assume-role: {arn: 'arn:aws:iam::123456789012:role/callers'" + more + "}";
    }

    /** The parameters of each question. */
    public List<Map<String, String>> asked() {
        return List.copyOf(asked);
    }

    /** Refuses from now on with this error; null to refuse no more. */
    public void refuseWith(@Nullable String code) {
        refusal = code;
    }

    /** Leaves questions without an answer until the latch opens. */
    public void waitFor(CountDownLatch latch) {
        open = latch;
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean signed = isSigned(exchange, body);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        asked.add(parameters);
        int number = asked.size();
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String code = signed ? refusal : "SignatureDoesNotMatch";
        String xml = code == null ? session(number, parameters) : error(code);
        byte[] answer = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(code == null ? 200 : 403, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String session(int number, Map<String, String> parameters) {
        Instant end = Instant.now().plusSeconds(Long.parseLong(parameters.getOrDefault("DurationSeconds", "3600")));
        return "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser>"
                + "<AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/callers/x</Arn></AssumedRoleUser>"
                + "<Credentials><AccessKeyId>" + keyId(number) + "</AccessKeyId><SecretAccessKey>" + secret(number)
                + "</SecretAccessKey><SessionToken>token-" + number + "</SessionToken><Expiration>"
                + end.truncatedTo(ChronoUnit.SECONDS)
                + "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    }

    private static String error(String code) {
        return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>"
                + code
                + "</Code><Message>arn:aws:iam::123456789012:user/proxy may not</Message></Error></ErrorResponse>";
    }

    /** Signs the request once more, as of its own time, and compares. */
    private static boolean isSigned(HttpExchange exchange, byte[] body) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        int from = authorization.indexOf("SignedHeaders=") + "SignedHeaders=".length();
        SdkHttpRequest.Builder again = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("http://" + exchange.getRequestHeaders().getFirst("Host") + "/"));
        for (String name :
                authorization.substring(from, authorization.indexOf(',', from)).split(";", -1)) {
            if (!name.equals("host") && !name.startsWith("x-amz-")) {
                again.putHeader(name, exchange.getRequestHeaders().get(name));
            }
        }
        Instant at = DATE.parse(exchange.getRequestHeaders().getFirst("X-Amz-Date"), Instant::from);
        String ours = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsCredentialsIdentity.create(
                                SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY))
                        .request(again.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
                .request()
                .firstMatchingHeader("Authorization")
                .orElse("");
        return Duration.between(at, Instant.now()).abs().compareTo(Duration.ofMinutes(5)) < 0
                && ours.equals(authorization);
    }

    private static String keyId(int number) {
        return "ASIASESSION" + String.format("%09d", number);
    }

    private static String secret(int number) {
        return "the-secret-of-session-" + number;
    }

    @Override
    public void close() {
        open.countDown();
        server.stop(0);
    }
}
