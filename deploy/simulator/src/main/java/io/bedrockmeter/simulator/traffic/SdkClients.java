package io.bedrockmeter.simulator.traffic;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * The unmodified SDK in the name of one access key: HTTP/1.1 for whole answers, HTTP/2 for streams, and plain HTTP with its
 * signer for what it has no client of.
 */
record SdkClients(BedrockRuntimeClient sync, BedrockRuntimeAsyncClient async, SignedHttp runtime, SignedHttp mantle)
        implements AutoCloseable {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    static SdkClients open(URI endpoint, String region, TrafficOptions.Key key) {
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret()));
        return new SdkClients(
                BedrockRuntimeClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.of(region))
                        .credentialsProvider(credentials)
                        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(READ_TIMEOUT))
                        .build(),
                BedrockRuntimeAsyncClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.of(region))
                        .credentialsProvider(credentials)
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder().readTimeout(READ_TIMEOUT))
                        .build(),
                new SignedHttp(endpoint, region, "bedrock", key.id(), key.secret()),
                new SignedHttp(endpoint, region, "bedrock-mantle", key.id(), key.secret()));
    }

    @Override
    public void close() {
        sync.close();
        async.close();
        runtime.close();
        mantle.close();
    }
}
