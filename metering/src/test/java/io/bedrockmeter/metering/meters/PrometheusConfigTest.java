package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusConfigTest {
    private static final Pattern INTERVAL = Pattern.compile("scrape_interval: (\\d+)s");

    private final CommittedFile config = CommittedFile.at("deploy/prometheus/prometheus.yml");

    @Test
    void isOneThatPrometheusAccepts() throws IOException, InterruptedException {
        InstalledProgram promtool = InstalledProgram.orSkip("promtool");

        InstalledProgram.Ended ended =
                promtool.run("", "check", "config", config.path().toString());

        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    @Test
    void scrapesEachNewSeriesTwiceWhileItIsHeldAtZero() throws IOException {
        Matcher interval = INTERVAL.matcher(config.read());

        assertThat(interval.find()).isTrue();
        assertThat(Duration.ofSeconds(2 * Long.parseLong(interval.group(1))))
                .isLessThanOrEqualTo(MeterSettings.DEFAULT.zeroHold());
    }
}
