package io.bedrockmeter.proxy.world;

import io.bedrockmeter.simulator.SimulatorOptions;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.StartAsyncInvokeRequest;

/** Asynchronous invocations as any program begins them. */
public final class Jobs {
    /** The configuration in which they are served. */
    public static final String SERVED = "limits: {async-invocations: true}";

    /** A model that is only invoked so, and has a price on both sides. */
    public static final String REEL = "amazon.nova-reel-v1:1";

    private Jobs() {}

    /** A request for six seconds of film; the SDK makes a token for it. */
    public static StartAsyncInvokeRequest film() {
        return request(null);
    }

    /** A request for six seconds of film under a token. */
    public static StartAsyncInvokeRequest film(String token) {
        return request(token);
    }

    /** Begins one; returns its ARN. */
    public static String begin(BedrockRuntimeClient client) {
        return client.startAsyncInvoke(film()).invocationArn();
    }

    /** The SDK's client of a proxy, without retries. */
    public static BedrockRuntimeClient client(int port, String accessKeyId) {
        return client(URI.create("http://127.0.0.1:" + port), accessKeyId, "a-secret-nobody-checks");
    }

    /** The SDK's client of the simulator itself. */
    public static BedrockRuntimeClient client(URI simulator) {
        return client(simulator, SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY);
    }

    private static BedrockRuntimeClient client(URI endpoint, String accessKeyId, String secret) {
        return BedrockRuntimeClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private static StartAsyncInvokeRequest request(@Nullable String token) {
        Document input = Document.mapBuilder()
                .putString("taskType", "TEXT_VIDEO")
                .putDocument(
                        "textToVideoParams",
                        Document.mapBuilder().putString("text", "a lighthouse").build())
                .putDocument(
                        "videoGenerationConfig",
                        Document.mapBuilder()
                                .putNumber("durationSeconds", 6)
                                .putNumber("fps", 24)
                                .putString("dimension", "1280x720")
                                .build())
                .build();
        return StartAsyncInvokeRequest.builder()
                .modelId(REEL)
                .clientRequestToken(token)
                .modelInput(input)
                .outputDataConfig(out -> out.s3OutputDataConfig(s3 -> s3.s3Uri("s3://films/here")))
                .build();
    }
}
