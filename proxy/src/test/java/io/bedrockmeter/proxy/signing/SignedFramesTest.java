package io.bedrockmeter.proxy.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.http.auth.aws.eventstream.internal.io.SigV4DataFramePublisher;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Our frames against those of the AWS SDK, which is the oracle. */
final class SignedFramesTest {
    private static final int STREAMS = 60;
    private static final String REGION = "eu-north-1";
    private static final String SEED = "ab".repeat(32);
    private static final ByteBufAllocator HEAP = ByteBufAllocator.DEFAULT;

    @Test
    void signsEachFrameOnTopOfTheOneBeforeAsTheSdkDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < STREAMS; i++) {
            Frames generated = Frames.random(random);

            List<String> ours = generated.ours();

            assertThat(ours).as("seed %d, stream %d", seed, i).isEqualTo(generated.sdks());
        }
    }

    @Test
    void sendsNothingWithoutCredentials() {
        SigV4Signer signer = new SigV4Signer(() -> null, () -> "none", "us-east-1", "bedrock");
        HttpHeaders headers = new DefaultHttpHeaders();

        assertThat(signer.signStream("POST", "/x", headers, Instant.EPOCH)).isNull();
        assertThat(headers.isEmpty()).isTrue();
    }

    @Test
    void leavesFramesAsTheyAreWhereAnApiKeyProvesThemAll() {
        HttpHeaders headers = new DefaultHttpHeaders();
        FrameSigner frames = new BearerSigner("key").signStream("POST", "/x", headers, Instant.EPOCH);
        ByteBuf frame = Unpooled.copyInt(1);

        ByteBuf sent = frames.sign(frame, Instant.EPOCH, HEAP);

        assertThat(headers.get("authorization")).isEqualTo("Bearer key");
        assertThat(headers.contains("x-amz-content-sha256")).isFalse();
        assertThat(sent).isSameAs(frame);
        assertThat(frames.end(Instant.EPOCH, HEAP).isReadable()).isFalse();
    }

    /** A stream of frames, some of which lie on both sides of midnight. */
    private record Frames(String keyId, String secret, List<byte[]> frames, List<Instant> times) {
        static Frames random(Random random) {
            List<byte[]> frames = new ArrayList<>();
            List<Instant> times = new ArrayList<>();
            Instant now = Instant.parse("2026-11-25T23:59:58.500Z");
            for (int i = random.nextInt(6); i >= 0; i--) {
                byte[] frame = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(frame);
                frames.add(frame);
                times.add(now);
                now = now.plusMillis(random.nextInt(1_000));
            }
            times.add(now);
            return new Frames("AKID" + random.nextInt(1_000), "secret" + random.nextLong(), frames, times);
        }

        List<String> ours() {
            CredentialsSnapshot who = new CredentialsSnapshot(keyId, secret, null, null);
            SigV4Signer signer = new SigV4Signer(() -> who, () -> "", REGION, "bedrock");
            FrameSigner signing = new SignedFrames(signer, who, SEED);
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < frames.size(); i++) {
                sent.add(hex(signing.sign(Unpooled.wrappedBuffer(frames.get(i)), times.get(i), HEAP)));
            }
            sent.add(hex(signing.end(times.get(frames.size()), HEAP)));
            return sent;
        }

        List<String> sdks() {
            List<String> sent = new ArrayList<>();
            SdkPublisher.adapt(SigV4DataFramePublisher.builder()
                            .publisher(SdkPublisher.fromIterable(
                                    frames.stream().map(ByteBuffer::wrap).toList()))
                            .credentials(AwsCredentialsIdentity.create(keyId, secret))
                            .credentialScope(new CredentialScope(REGION, "bedrock", times.get(0)))
                            .signature(SEED)
                            .signingClock(new Hands(new ArrayDeque<>(times)))
                            .build())
                    .subscribe(bytes -> sent.add(hex(Unpooled.wrappedBuffer(bytes))))
                    .join();
            return sent;
        }

        private static String hex(ByteBuf frame) {
            String hex = ByteBufUtil.hexDump(frame);
            frame.release();
            return hex;
        }
    }

    /** A clock that shows each of these times once, and the last for ever. */
    private static final class Hands extends Clock {
        private final Queue<Instant> times;
        private Instant last = Instant.EPOCH;

        Hands(Queue<Instant> times) {
            this.times = times;
        }

        @Override
        public Instant instant() {
            Instant next = times.poll();
            last = next == null ? last : next;
            return last;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
