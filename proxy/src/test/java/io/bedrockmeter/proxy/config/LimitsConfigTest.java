package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of rate that would not limit what was meant are refused. */
final class LimitsConfigTest {
    private static final String LIMITS = "upstream: {region: us-east-1}\nlimits: ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: {per: team}} | limits.rates.a.requests-per-minute | is required",
                "{a: {requests-per-minute: 1}} | limits.rates.a.per | is required",
                "{a: {per: region, concurrent: 1}} | limits.rates.a.per | is none of: key, app, team, all",
                "{a: {per: team, concurrent: 0}} | limits.rates.a.concurrent | from 1 to",
                "{a: {per: team, tokens-per-minute: 3000000000}} | limits.rates.a.tokens-per-minute | from 1 to",
                "{a: {per: team, team: 'a b', concurrent: 1}} | limits.rates.a.team | is not a name",
                "{a: {per: team, tokens-a-minute: 1}} | limits.rates.a.tokens-a-minute | is not a key",
                "{key: {per: team, concurrent: 1}} | limits.rates.key | needs another name",
                "{x.a: {per: team, concurrent: 1}, y.a: {per: all, concurrent: 1}} | limits.rates.a | needs another name",
            })
    void refuses(String rates, String key, String why) {
        assertThat(Configs.problems(LIMITS + "{rates: " + rates + "}"))
                .extracting(Object::toString)
                .anyMatch(problem -> problem.contains(key) && problem.contains(why));
    }

    @Test
    void limitsWhatIsSaidAndNothingElse() {
        LimitsConfig limits = Configs.valid(
                        LIMITS
                                + "{rates: {calls: {team: search, per: app, concurrent: 4}, all: {per: all, requests-per-minute: 9}}}")
                .config()
                .limits();

        assertThat(limits.rates())
                .isEqualTo(List.of(
                        new RateRule("calls", "search", null, RateRule.Sharing.APP, new Allowance(0, 0, 4)),
                        new RateRule("all", null, null, RateRule.Sharing.ALL, new Allowance(9, 0, 0))));
    }
}
