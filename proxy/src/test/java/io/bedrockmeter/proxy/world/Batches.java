package io.bedrockmeter.proxy.world;

import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.CreateModelInvocationJobRequest;

/** Batch jobs as any program creates them. */
public final class Batches {
    /** The configuration in which they are served. */
    public static final String SERVED = "limits: {batch: true}";

    /** A model that has a price of batch on both sides. */
    public static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

    /** The bucket of everything here. */
    public static final String BUCKET = "batch";

    private Batches() {}

    /** Creates a job that reads {@code in/a.jsonl}; the SDK makes a token for it. Returns its ARN. */
    public static String create(BedrockClient client) {
        return create(client, request -> {});
    }

    /** Creates such a job with other options. Returns its ARN. */
    public static String create(BedrockClient client, Consumer<CreateModelInvocationJobRequest.Builder> options) {
        CreateModelInvocationJobRequest.Builder request = CreateModelInvocationJobRequest.builder()
                .jobName("nightly")
                .roleArn("arn:aws:iam::123456789012:role/batch")
                .modelId(HAIKU)
                .inputDataConfig(data -> data.s3InputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/in/a.jsonl")))
                .outputDataConfig(data -> data.s3OutputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/out")));
        options.accept(request);
        return client.createModelInvocationJob(request.build()).jobArn();
    }

    /** Writes the lines of an object. */
    public static void put(Simulator simulator, String key, String... lines) {
        simulator.objects().put(BUCKET, key, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    /** A record that Claude answers. */
    public static String record(String id) {
        return "{\"recordId\":\"" + id + "\",\"modelInput\":{\"anthropic_version\":\"bedrock-2023-05-31\","
                + "\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"hello " + id + "\"}]}}";
    }

    /** The last part of a job's ARN. */
    public static String id(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    /** The SDK's client of a proxy, without retries. */
    public static BedrockClient client(int port, String accessKeyId) {
        return client(URI.create("http://127.0.0.1:" + port), accessKeyId, "a-secret-nobody-checks");
    }

    /** The SDK's client of the simulator itself. */
    public static BedrockClient client(Simulator simulator) {
        return client(simulator.endpoint(), SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY);
    }

    static BedrockClient client(URI endpoint, String accessKeyId, String secret) {
        return BedrockClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }
}
