package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AttemptIdsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T11:35:00.123Z");

    @Test
    void areUuidsOfVersionSevenThatBeginWithTheTime() {
        AttemptIds ids = new AttemptIds(InstantSource.fixed(NOW), new Random(1));

        UUID id = UUID.fromString(ids.next());

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void sortAsTextByTime() {
        AttemptIds before = new AttemptIds(InstantSource.fixed(NOW), new Random(1));
        AttemptIds after = new AttemptIds(InstantSource.fixed(NOW.plusMillis(1)), new Random(2));

        assertThat(before.next()).isLessThan(after.next());
    }
}
