package io.bedrockmeter.simulator.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.call.ModelId;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
    private static final Counts OF_EACH = new Counts(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000);
    private static final Counts TEXT = new Counts(1_000_000, 1_000_000, 0, 0, 0);

    private final Prices prices = Prices.bundled();

    @ParameterizedTest
    @CsvSource({
        // 1.10 + 5.50 + 0.11 + 1.375 + 2.20 and, a tenth less, 1.00 + 5.00 + 0.10 + 1.25 + 2.00
        "us.anthropic.claude-haiku-4-5-20251001-v1:0, 10.285",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0, 9.35",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0, 9.35"
    })
    void aGlobalProfileHasPricesOfItsOwn(String modelId, BigDecimal usd) {
        assertThat(usd(modelId, "on_demand", OF_EACH))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usd));
    }

    @ParameterizedTest
    @CsvSource({"on_demand, 4.0", "priority, 7.0", "flex, 2.0", "latency_optimized, 5.0"})
    void aModeHasPricesOfItsOwn(String mode, BigDecimal usd) {
        assertThat(usd("amazon.nova-pro-v1:0", mode, TEXT))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usd));
    }

    @Test
    void whatTheTableLacksHasNoPriceRatherThanNone() {
        assertThat(usd("amazon.nova-micro-v1:0", "priority", TEXT)).isEmpty();
        assertThat(usd("amazon.nova-lite-v1:0", "on_demand", OF_EACH)).isEmpty();
        assertThat(usd("amazon.unheard-of-v1:0", "on_demand", TEXT)).isEmpty();
        assertThat(usd("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "on_demand", new Counts(200_001, 1, 0, 0, 0)))
                .isEmpty();
        assertThat(prices.usd("eu-west-1", ModelId.parse("amazon.nova-pro-v1:0", ""), "on_demand", TEXT))
                .isEmpty();
    }

    @Test
    void provisionedThroughputIsPaidByTheHour() {
        assertThat(usd("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl", "provisioned", TEXT))
                .hasValue(BigDecimal.ZERO);
    }

    private Optional<BigDecimal> usd(String modelId, String mode, Counts counts) {
        return prices.usd("us-east-1", ModelId.parse(modelId, "amazon.nova-lite-v1:0"), mode, counts);
    }
}
