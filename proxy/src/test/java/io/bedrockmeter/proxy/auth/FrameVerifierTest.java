package io.bedrockmeter.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.keys.SigningSecret;
import io.bedrockmeter.proxy.keys.TestKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Frames that are signed one on top of the other, against a chain that is computed here step by step. */
final class FrameVerifierTest {
    private static final String SECRET = "a-secret";
    private static final String SEED = "ab".repeat(32);
    private static final Instant NOW = Instant.parse("2026-11-25T23:59:59.500Z");

    @Test
    void takesAWholeChainAlsoPastMidnight() {
        FrameVerifier verifier = verifier();

        for (Frame frame : chain()) {
            assertThat(verifier.fault(frame.millis(), frame.signature(), frame.payload()))
                    .isNull();
        }
    }

    @Test
    void refusesAFrameThatIsChangedLeftOutRepeatedOrLate() {
        List<Frame> chain = chain();
        Frame first = chain.get(0);
        Frame second = chain.get(1);

        assertThat(verifier().fault(second.millis(), second.signature(), second.payload()))
                .as("left out")
                .contains("does not match");
        assertThat(verifier().fault(first.millis() + 1, first.signature(), first.payload()))
                .as("another date")
                .contains("does not match");
        assertThat(verifier().fault(first.millis(), first.signature(), ByteBuffer.wrap(new byte[] {1})))
                .as("another payload")
                .contains("does not match");
        FrameVerifier repeated = verifier();
        assertThat(repeated.fault(first.millis(), first.signature(), first.payload()))
                .isNull();
        assertThat(repeated.fault(first.millis(), first.signature(), first.payload()))
                .as("repeated")
                .contains("does not match");
        assertThat(verifier().fault(first.millis() - 400_000, first.signature(), first.payload()))
                .as("late")
                .contains("more than 300 s");
    }

    private static FrameVerifier verifier() {
        SigningSecret secret = Objects.requireNonNull(
                        TestKeys.ring(Map.of(TestKeys.ID, SECRET)).find(TestKeys.ID))
                .secrets()
                .get(0);
        return new FrameVerifier(secret, "us-east-1", "bedrock", SEED, Duration.ofMinutes(5), InstantSource.fixed(NOW));
    }

    private record Frame(long millis, String signatureHex, String text) {
        byte[] signature() {
            return HexFormat.of().parseHex(signatureHex);
        }

        ByteBuffer payload() {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<Frame> chain() {
        List<Frame> frames = new ArrayList<>();
        Queue<String> texts = new ArrayDeque<>(List.of("one", "two", "three", ""));
        String prior = SEED;
        for (Instant at = NOW; !texts.isEmpty(); at = at.plusMillis(400)) {
            String text = texts.remove();
            prior = PlainSigner.frame(SECRET, at, "us-east-1", "bedrock", prior, text);
            frames.add(new Frame(at.toEpochMilli(), prior, text));
        }
        return frames;
    }
}
