package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.call;
import static io.bedrockmeter.metering.pricing.Books.tier;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.WireFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedModeTest {
    private static final String MODEL = "amazon.nova-pro-v1:0";
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:";

    @ParameterizedTest
    @CsvSource({
        "     ,          , ON_DEMAND",
        "default, standard, ON_DEMAND",
        "auto,            , ON_DEMAND",
        "priority,        , PRIORITY",
        "flex,            , FLEX",
        "reserved,        , RESERVED",
        "     , optimized , LATENCY_OPTIMIZED",
        "priority, optimized, PRIORITY"
    })
    void readsWhatWasAskedFor(@Nullable String tier, @Nullable String latency, PricingMode mode) {
        PricedCall call = call(MODEL, WireFormat.CONVERSE_JSON, new RequestFacts(10, -1, tier, latency));

        assertThat(call.modeRequested()).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({
        "CONVERSE_JSON,         priority, ON_DEMAND, true",
        "CONVERSE_EVENT_STREAM, flex,     ON_DEMAND, true",
        "CONVERSE_JSON,         reserved, ON_DEMAND, true",
        "INVOKE_JSON,           priority, PRIORITY,  false",
        "INVOKE_EVENT_STREAM,   flex,     FLEX,      false",
        "INVOKE_JSON,           reserved, ON_DEMAND, false",
        "INVOKE_JSON,           default,  ON_DEMAND, true",
        "INVOKE_EVENT_STREAM,           , ON_DEMAND, true"
    })
    void readsSilenceAboutTheTierByTheOperation(
            WireFormat format, @Nullable String asked, PricingMode mode, boolean proven) {
        PricedCall call = call(MODEL, format, new RequestFacts(10, -1, asked, null));

        assertThat(ServedMode.of(call, Served.SILENT)).isEqualTo(new ServedMode(mode, proven));
    }

    @ParameterizedTest
    @CsvSource({
        "priority, default,  ON_DEMAND, true",
        "priority, flex,     FLEX,      true",
        "        , priority, PRIORITY,  true",
        "flex,     reserved, RESERVED,  true",
        "        , turbo,    ON_DEMAND, false"
    })
    void believesTheTierOfTheAnswerWhateverWasAsked(
            @Nullable String asked, String answered, PricingMode mode, boolean proven) {
        for (WireFormat format : WireFormat.values()) {
            PricedCall call = call(MODEL, format, new RequestFacts(10, -1, asked, null));

            assertThat(ServedMode.of(call, tier(answered))).isEqualTo(new ServedMode(mode, proven));
        }
    }

    @Test
    void billsOptimizedLatencyOnlyWhereTheAnswerSaysSo() {
        PricedCall call = call(MODEL, WireFormat.INVOKE_JSON, new RequestFacts(10, -1, null, "optimized"));

        assertThat(ServedMode.of(call, Served.SILENT).mode()).isEqualTo(PricingMode.ON_DEMAND);
        assertThat(ServedMode.of(call, new Served(null, "standard", null)).mode())
                .isEqualTo(PricingMode.ON_DEMAND);
        assertThat(ServedMode.of(call, new Served("default", "optimized", null)).mode())
                .isEqualTo(PricingMode.LATENCY_OPTIMIZED);
    }

    @Test
    void takesCapacityPaidByTimeFromTheIdentifier() {
        RequestFacts priority = new RequestFacts(10, -1, "priority", null);
        PricedCall provisioned = call(ARN + "provisioned-model/abcdef123456", WireFormat.INVOKE_JSON, priority);
        PricedCall imported = call(ARN + "imported-model/abcdef123456", WireFormat.INVOKE_JSON, priority);

        assertThat(ServedMode.of(provisioned, tier("default")).mode()).isEqualTo(PricingMode.PROVISIONED);
        assertThat(ServedMode.of(imported, Served.SILENT).mode()).isEqualTo(PricingMode.CUSTOM_IMPORT);
        assertThat(ServedMode.requested(ModelRef.parse(ARN + "custom-model-deployment/abcdef123456"), priority))
                .isEqualTo(PricingMode.PRIORITY);
    }
}
