package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static io.bedrockmeter.metering.pricing.Books.tier;
import static io.bedrockmeter.metering.pricing.Books.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ids of mantle, which are bare, and those of the runtime. */
class NamesakesTest {
    private static final String QWEN = "qwen.qwen3-32b";
    private static final Usage MILLION = Usage.of(UsageUnit.INPUT, 1_000_000);

    @ParameterizedTest
    @CsvSource({
        "x.m, x.m-v1:0",
        "x.dated, x.dated-20251001-v1:0",
        "x.numbered, x.numbered-1:0",
        "x.told, x.told-instruct",
        "x.told-instruct, x.told",
        "x.m-v1:0,",
        "x.m-v2:0,",
        "x.two,",
        "x.none,",
        "x.,",
    })
    void tellsTheOneOtherNameOfABareId(String id, @Nullable String other) {
        var namesakes = new Namesakes(List.of(
                "x.m-v1:0",
                "x.dated-20251001-v1:0",
                "x.numbered-1:0",
                "x.told",
                "x.told-instruct",
                "x.two-v1:0",
                "x.two-v2:0"));

        assertThat(namesakes.of(id)).isEqualTo(other);
    }

    @Test
    void endsQuicklyOnAnIdOfAnyLength() {
        assertThat(new Namesakes(List.of("x.m-v1:0")).of("x." + "-1".repeat(1_000_000)))
                .isNull();
    }

    @Test
    void resolvesABareIdToTheVersionThatTheCatalogueHas() {
        assertThat(BUNDLED.resolve(ModelRef.parse("anthropic.claude-haiku-4-5"), Served.SILENT))
                .map(ResolvedModel::id)
                .contains("anthropic.claude-haiku-4-5-20251001-v1:0");
        assertThat(BUNDLED.resolve(ModelRef.parse("anthropic.claude-3-5-sonnet"), Served.SILENT))
                .map(ResolvedModel::id)
                .contains("anthropic.claude-3-5-sonnet");
        assertThat(BUNDLED.resolve(ModelRef.parse("qwen.qwen3-32b"), Served.SILENT))
                .map(ResolvedModel::id)
                .contains("qwen.qwen3-32b");
    }

    @Test
    void billsMantleByTheRuntimesPriceOfTheNamesakeWhereThatIsTheRegionsOwn() {
        assertThat(charge(QWEN, Endpoint.MANTLE, Served.SILENT).cost()).isEqualTo(usd("0.15"));
        assertThat(charge(QWEN, Endpoint.MANTLE, Served.SILENT).status()).isEqualTo(CostStatus.PRICED);
        assertThat(charge(QWEN, Endpoint.MANTLE, tier("flex")).status()).isEqualTo(CostStatus.PRICED);
        assertThat(charge(QWEN, Endpoint.RUNTIME, tier("flex")).status()).isEqualTo(CostStatus.UNPRICED_MODEL);
    }

    @Test
    void billsMantleByItsOwnPriceWhereThereIsNoOther() {
        Charge charge = charge("deepseek.v3.1", Endpoint.MANTLE, Served.SILENT);

        assertThat(charge.cost()).isEqualTo(usd("0.5974"));
        assertThat(charge.status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(charge("deepseek.v3.1", Endpoint.RUNTIME, Served.SILENT).status())
                .isEqualTo(CostStatus.UNPRICED_MODEL);
    }

    private static Charge charge(String model, Endpoint endpoint, Served served) {
        PricedCall call = new PricedCall(
                ModelRef.parse(model),
                "us-east-1",
                endpoint,
                WireFormat.CHAT_COMPLETIONS,
                RequestFacts.ofBytes(10),
                NOW);
        return BUNDLED.charge(call, served, MILLION, false);
    }
}
