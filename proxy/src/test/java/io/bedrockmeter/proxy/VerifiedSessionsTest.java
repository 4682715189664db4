package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.signing.CredentialsSnapshot;
import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.signing.SigV4Signer;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.SessionBytes;
import io.bedrockmeter.proxy.world.World;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Sessions with a virtual key: each frame proves who sent it, and the key must stay valid. */
final class VerifiedSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsASessionWhoseKeyIsRevokedOrHasAnotherSecret(boolean revoked) {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Session session = Session.open(world.async(key.key().id(), key.secretAccessKey()))
                    .begin()
                    .turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            if (revoked) {
                keys.revoke(key);
            } else {
                keys.rotate(key, Duration.ZERO);
            }

            await("the end of the session").atMost(PATIENCE).until(() -> {
                session.turn(1_000);
                return session.call().isDone();
            });
            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ValidationException.class)
                    .withMessageContaining("is not valid any more");
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .satisfies(row -> assertThat(row.costPicos()).isPositive());
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void keepsASessionWhoseKeyWasRotatedWithAnOverlap() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Session session = Session.open(world.async(key.key().id(), key.secretAccessKey()))
                    .begin()
                    .turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            IssuedKey second = keys.rotate(key, Duration.ofHours(1));

            await("the new secret")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> Session.open(world.async(second.key().id(), second.secretAccessKey()))
                            .begin()
                            .end()
                            .call()
                            .get());
            assertThat(session.turn(20_000).end().call()).succeedsWithin(PATIENCE);
            assertThat(session.heard("usageEvent")).isGreaterThan(2);
        }
    }

    @Test
    void takesFramesThatAreSignedOneOnTopOfTheOther() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Signed signed = new Signed(key);

            world.raw().send(signed.session(signed.frames()).bytes()).readUntil("chunk");

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
        }
    }

    /** What may be wrong with the frames of a session whose head is right. */
    enum Fault {
        ANOTHER_SECRET,
        LEFT_OUT,
        SWAPPED,
        REPEATED,
        NOT_SIGNED;

        void in(List<byte[]> frames, List<byte[]> ofAnother) {
            switch (this) {
                case ANOTHER_SECRET -> frames.set(1, ofAnother.get(1));
                case LEFT_OUT -> frames.remove(1);
                case SWAPPED -> frames.add(1, frames.remove(2));
                case REPEATED -> frames.add(1, frames.get(0));
                case NOT_SIGNED -> frames.set(1, SessionBytes.said("{\"contentEnd\":{}}"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void endsASessionAtAFrameThatIsNotTheCallers(Fault fault) {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        IssuedKey another = keys.create();
        try (World world = World.open(keys.section())) {
            Signed signed = new Signed(key);
            RawClient caller = world.raw();

            List<byte[]> frames = signed.frames();
            fault.in(frames, new Signed(another).frames());
            caller.send(signed.session(frames).bytes());

            assertThat(caller.readUntil("alidationException")).contains("alidationException");
            assertThat(Conservation.settled(world)).singleElement().returns("caller_protocol_error", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    /** A session of one turn, signed as the proxy itself signs. */
    static final class Signed {
        private final HttpHeaders head = new DefaultHttpHeaders();
        private final FrameSigner signer;

        Signed(IssuedKey key) {
            CredentialsSnapshot who = new CredentialsSnapshot(key.key().id(), key.secretAccessKey(), null, Instant.MAX);
            head.set("host", "localhost");
            signer = Objects.requireNonNull(new SigV4Signer(() -> who, () -> "", "us-east-1", "bedrock")
                    .signStream("POST", SessionBytes.PATH, head, Instant.now()));
        }

        /** The frames of the turn, and the one that ends all. */
        List<byte[]> frames() {
            List<byte[]> frames = new ArrayList<>();
            for (String event : List.of(
                    "{\"contentStart\":{\"role\":\"USER\"}}",
                    "{\"audioInput\":{\"content\":\"AAAA\"}}",
                    "{\"contentEnd\":{}}")) {
                frames.add(bytes(signer.sign(
                        Unpooled.wrappedBuffer(SessionBytes.said(event)),
                        Instant.now(),
                        UnpooledByteBufAllocator.DEFAULT)));
            }
            frames.add(bytes(signer.end(Instant.now(), UnpooledByteBufAllocator.DEFAULT)));
            return frames;
        }

        Http2Bytes session(List<byte[]> frames) {
            List<String> fields = new ArrayList<>(List.of(
                    ":method", "POST", ":scheme", "http", ":path", SessionBytes.PATH, ":authority", "localhost"));
            for (Map.Entry<String, String> field : head) {
                if (!field.getKey().equals("host")) {
                    fields.add(field.getKey().toLowerCase(Locale.ROOT));
                    fields.add(field.getValue());
                }
            }
            Http2Bytes bytes = new Http2Bytes()
                    .frame(
                            Http2Bytes.HEADERS,
                            Http2Bytes.END_HEADERS,
                            1,
                            Http2Bytes.block(fields.toArray(String[]::new)));
            frames.forEach(frame -> bytes.frame(Http2Bytes.DATA, 0, 1, frame));
            return bytes.frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 1, new byte[0]);
        }

        private static byte[] bytes(ByteBuf buffer) {
            try {
                return ByteBufUtil.getBytes(buffer);
            } finally {
                buffer.release();
            }
        }
    }
}
