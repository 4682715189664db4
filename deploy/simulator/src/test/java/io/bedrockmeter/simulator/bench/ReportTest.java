package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void holdsTheMedianAndTheQuietestAgainstTheYardstick() {
        Report report = new Report(List.of(
                "02-bare-passthrough\tCPU_CLOSED_32\t30.0",
                "02-bare-passthrough\tCPU_CLOSED_32\t20.0",
                "02-bare-passthrough\tCPU_CLOSED_32\t50.0",
                "03-metered\tCPU_CLOSED_32\t60.0",
                "03-metered\tCPU_CLOSED_32\t45.0",
                "03-metered\tCPU_CLOSED_32\t90.0"));

        assertThat(report.markdown())
                .contains("| CPU µs per 1 KB InvokeModel, 32 callers | 30 | 60 | 2.00 × | 2.25 × | ≤ 2.5 ×, met |");
    }

    @Test
    void missesAGoalOnlyIfBothMissIt() {
        Report met = new Report(List.of(
                "02-bare-passthrough\tCPU_FRAME\t10", "03-metered\tCPU_FRAME\t20",
                "02-bare-passthrough\tCPU_FRAME\t20", "03-metered\tCPU_FRAME\t20"));
        Report missed = new Report(List.of("02-bare-passthrough\tCPU_FRAME\t10", "03-metered\tCPU_FRAME\t15.1"));

        assertThat(met.markdown()).contains("| 1.33 × | 2.00 × | ≤ 1.5 ×, met |");
        assertThat(missed.markdown()).contains("| 1.51 × | 1.51 × | ≤ 1.5 ×, **missed** |");
    }

    @Test
    void tellsWhatAProxyAddsToADirectCall() {
        Report report = new Report(List.of(
                "01-direct\tLATENCY_P50\t100",
                "02-bare-passthrough\tLATENCY_P50\t250",
                "03-metered\tLATENCY_P50\t325.4"));

        assertThat(report.markdown()).contains("| p50 µs at 1,000/s | 100 | +150 | +225 | +75 µs | +75 µs |  |");
    }

    @Test
    void tellsWhatVerifyingAddsAndHoldsTheProductAgainstItsGoalsWithoutIt() {
        Report met = new Report(List.of(
                "02-bare-passthrough\tCPU_CLOSED_32\t30",
                "03-metered\tCPU_CLOSED_32\t60",
                "04-verified\tCPU_CLOSED_32\t74"));
        Report missed = new Report(List.of("03-metered\tCPU_CLOSED_256\t60", "04-verified\tCPU_CLOSED_256\t75.1"));

        assertThat(met.markdown())
                .contains("| 30 | 60 | 74 | 2.00 × | 2.00 × | ≤ 2.5 ×, met |")
                .contains(
                        "32 callers: 04-verified adds 14.0 to 03-metered, 14.0 in the quietest windows; goal ≤ 15, met")
                .doesNotContain("256 callers: ");
        assertThat(missed.markdown()).contains("adds 15.1 to 03-metered", "**missed**");
    }

    @Test
    void leavesOutWhatNobodyMeasured() {
        Report report = new Report(List.of("01-direct\tREADY_MILLIS\t600"));

        assertThat(report.markdown()).contains("ms from start to ready").doesNotContain("idle stream");
    }

    @Test
    void takesTheMiddleOfTwoForTheMedianOfAnEvenNumber() {
        assertThat(Report.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
        assertThat(Report.median(new double[0])).isNaN();
    }
}
