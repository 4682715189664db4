package io.bedrockmeter.simulator;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** Unmodified SDK clients of a simulator, without retries. */
final class Clients implements AutoCloseable {
    private final BedrockRuntimeClient sync;
    private final BedrockRuntimeAsyncClient async;

    Clients(URI endpoint, String secretKey) {
        var credentials = StaticCredentialsProvider.create(
                AwsBasicCredentials.create(SimulatorOptions.DEFAULT_ACCESS_KEY, secretKey));
        this.sync = BedrockRuntimeClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        this.async = BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().readTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /** Over HTTP/1.1. */
    BedrockRuntimeClient sync() {
        return sync;
    }

    /** Over HTTP/2 with prior knowledge. */
    BedrockRuntimeAsyncClient async() {
        return async;
    }

    @Override
    public void close() {
        sync.close();
        async.close();
    }
}
