package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelLimiterTest {
    private final List<MeterLabel> overflows = new ArrayList<>();
    private final LabelLimiter limiter =
            new LabelLimiter(new AllowedLabels(Set.of("a"), Set.of("b"), Set.of("c"), Set.of("d")), overflows::add);

    @Test
    void letsConfiguredValuesThrough() {
        List<String> limited = List.of(
                limiter.limit(MeterLabel.TEAM, "a"),
                limiter.limit(MeterLabel.APP, "b"),
                limiter.limit(MeterLabel.MODEL, "c"),
                limiter.limit(MeterLabel.REGION, "d"));

        assertThat(limited).containsExactly("a", "b", "c", "d");
        assertThat(overflows).isEmpty();
    }

    @Test
    void showsAnythingElseAsOtherAndSaysSo() {
        String team = limiter.limit(MeterLabel.TEAM, "made up by a caller");
        String model = limiter.limit(MeterLabel.MODEL, "a");

        assertThat(List.of(team, model)).containsOnly(MeterLabel.OTHER);
        assertThat(overflows).containsExactly(MeterLabel.TEAM, MeterLabel.MODEL);
    }

    @Test
    void letsNewlyConfiguredValuesThrough() {
        limiter.allow(new AllowedLabels(Set.of("new"), Set.of(), Set.of(), Set.of()));

        assertThat(limiter.limit(MeterLabel.TEAM, "new")).isEqualTo("new");
        assertThat(limiter.limit(MeterLabel.TEAM, "a")).isEqualTo(MeterLabel.OTHER);
    }

    @Test
    void letsTheFirstReasonsThroughAndNoMore() {
        List<String> reasons = IntStream.rangeClosed(1, LabelLimiter.FIRST_SEEN_MAX + 1)
                .mapToObj(number -> limiter.limit(MeterLabel.REASON, "reason_" + number))
                .toList();

        assertThat(reasons).hasSize(65).endsWith("reason_64", MeterLabel.OTHER).doesNotHaveDuplicates();
        assertThat(limiter.limit(MeterLabel.REASON, "reason_1")).isEqualTo("reason_1");
        assertThat(overflows).containsExactly(MeterLabel.REASON);
    }
}
