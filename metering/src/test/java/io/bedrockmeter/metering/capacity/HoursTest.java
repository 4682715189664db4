package io.bedrockmeter.metering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.pricing.Commitment;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HoursTest {
    private static final Instant CREATED = Instant.parse("2026-11-25T09:20:00Z");

    /** Hours begin at twenty past. Whatever is seen within one, however often and when, the same hours are charged. */
    @ParameterizedTest
    @CsvSource({
        "09:20:00, 09:20:00, 12:00:00, 09:20:00, 10:20:00",
        "11:19:59, 11:59:59, 12:20:00, 10:20:00, 12:20:00",
        "11:20:00, 11:59:59, 12:20:00, 11:20:00, 12:20:00",
        "11:20:00, 12:19:59, 15:00:00, 11:20:00, 12:20:00",
        "11:20:00, 12:20:00, 15:00:00, 11:20:00, 13:20:00",
        "11:20:00, 14:00:00, 12:19:59, 11:20:00, 11:20:00",
    })
    void chargesEachHourInWhichItWasSeenOnceThatIsOver(
            String firstSeen, String lastSeen, String settledBefore, String first, String end) {
        Holding holding = seen(at(firstSeen), at(lastSeen));

        assertThat(Hours.first(holding)).isEqualTo(at(first));
        assertThat(Hours.end(holding, at(settledBefore))).isEqualTo(at(end));
    }

    @Test
    void cannotBeSeenBeforeItIsThere() {
        assertThatThrownBy(() -> seen(CREATED.minusMillis(1), CREATED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> seen(CREATED.plusMillis(1), CREATED)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-25T" + time + "Z");
    }

    private static Holding seen(Instant first, Instant last) {
        return new Holding(
                "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/provis000001",
                new Holding.Terms("amazon.nova-micro-v1:0", false, 1, Commitment.NONE, "us-east-1", null),
                CREATED,
                first,
                last);
    }
}
