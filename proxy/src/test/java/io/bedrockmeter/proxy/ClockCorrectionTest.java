package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A caller whose clock is wrong, which the unmodified SDK finds by the date of the refusal, and calls again. */
final class ClockCorrectionTest {
    private static final Duration AHEAD = Duration.ofMinutes(20);

    private final AtomicInteger attempts = new AtomicInteger();

    @TempDir
    private Path folder;

    /** What the SDK has learnt of its clock holds for the whole process. */
    @AfterEach
    void forgetTheClock() {
        SdkGlobalTime.setGlobalTimeOffset(0);
    }

    @Test
    void letsTheSdkCorrectItsClockOverHttp1() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.at(() -> Instant.now().plus(AHEAD), keys.section());
                BedrockRuntimeClient client = BedrockRuntimeClient.builder()
                        .endpointOverride(world.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials(key))
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .overrideConfiguration(o -> o.addExecutionInterceptor(new Counting()))
                        .build()) {

            Calls.converse(client);

            assertThat(attempts).hasValue(2);
            recordedOnce(world);
        }
    }

    @Test
    void letsTheSdkCorrectItsClockOverHttp2() throws Exception {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.at(() -> Instant.now().minus(AHEAD), keys.section());
                BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                        .endpointOverride(world.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials(key))
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                        .overrideConfiguration(o -> o.addExecutionInterceptor(new Counting()))
                        .build()) {

            Calls.converseStream(client).get(20, TimeUnit.SECONDS);

            assertThat(attempts).hasValue(2);
            recordedOnce(world);
        }
    }

    private static void recordedOnce(World world) {
        assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
    }

    private static StaticCredentialsProvider credentials(IssuedKey key) {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.key().id(), key.secretAccessKey()));
    }

    private final class Counting implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            attempts.incrementAndGet();
        }
    }
}
