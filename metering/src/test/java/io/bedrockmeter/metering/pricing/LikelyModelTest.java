package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LikelyModelTest {
    private static final PriceBook BUNDLED = PriceBook.bundled();

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-opus-5-20260901-v1:0, anthropic.claude-opus-5, the same name but for its date or version",
        "amazon.nova-micro-v2:0, amazon.nova-micro-v1:0, the same name but for its date or version",
        "claude-sonnet-4-6, anthropic.claude-sonnet-4-6, the same name but for its date or version",
        "'anthropic.claude-haiku-4-6', anthropic.claude-haiku-4-5-20251001-v1:0, "
                + "'the same line of models, generation 4.5 and not 4.6: generations have differed in price'",
        "'anthropic.claude-opus-5-6', anthropic.claude-opus-5-5, "
                + "'the same line of models, generation 5.5 and not 5.6: generations have differed in price'",
        "'meta.llama4-1-70b-instruct-v1:0', meta.llama3-1-70b-instruct-v1:0, "
                + "'the same line of models, generation 3.1 and not 4.1: generations have differed in price'",
    })
    void tellsTheNearestModelOfTheSameLineAndWhy(String unknown, String likely, String reason) {
        assertThat(LikelyModel.of(unknown, BUNDLED.modelIds())).first().isEqualTo(new LikelyModel(likely, reason));
    }

    /** Between sizes, and between makers, lies a factor of ten. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "anthropic.claude-hyper-6",
                "meta.llama3-1-700b-instruct-v1:0",
                "amazon.claude-opus-5",
                "qwen.qwen3-64b-v1:0",
                "new-vendor.model-1",
                ".",
                "",
                "-",
                "1"
            })
    void tellsNothingOfAnotherSizeOrMaker(String unknown) {
        assertThat(LikelyModel.of(unknown, BUNDLED.modelIds())).isEmpty();
    }

    @Test
    void tellsThreeAtMost() {
        assertThat(LikelyModel.of("anthropic.claude-opus-7", BUNDLED.modelIds()))
                .hasSize(3)
                .extracting(LikelyModel::id)
                .containsExactly(
                        "anthropic.claude-opus-5",
                        "anthropic.claude-opus-5-5",
                        "anthropic.claude-opus-4-20250514-v1:0");
    }

    @Test
    void readsNoIdThatNoModelHas() {
        assertThat(LikelyModel.of("claude-".repeat(1_000), List.of("claude-" + 1)))
                .isEmpty();
    }
}
