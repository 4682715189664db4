package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static io.bedrockmeter.metering.pricing.Books.line;
import static io.bedrockmeter.metering.pricing.Books.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.DocumentPieces;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestedWork;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices of units that are narrowed down: by what was asked for, or by the endpoint. */
class NarrowedPricesTest {
    private static final PriceBook BOOK = Books.of(
            line("on_demand", "image", "0.01"),
            line("on_demand", "image", "0.04").replace("image -", "image quality=standard"),
            line("on_demand", "image", "0.06").replace("image -", "image quality=premium;resolution=2048"),
            line("on_demand", "image_input", "0.0001").replace("image_input -", "image_input kind=standard"),
            line("on_demand", "image_input", "0.0006").replace("image_input -", "image_input kind=document"),
            line("on_demand", "video_second", "0.08").replace("video_second -", "video_second fps=24;resolution=720p"),
            line("on_demand", "input", "0.000003"),
            line("on_demand", "output", "0.000015"),
            line("on_demand", "output", "0.000018").replace("runtime", "mantle"),
            line("priority", "output", "0.00003").replace("runtime", "any"));

    @ParameterizedTest
    @CsvSource({
        "premium, 2048, 0.06",
        "standard, 2048, 0.04",
        "standard, 1024, 0.04",
        "premium, 1024, 0.01",
    })
    void takesTheNarrowestPriceThatAsksForNothingElse(String quality, String resolution, String price) {
        Usage usage = Usage.of(UsageUnit.IMAGE, 3).withAttributes(Map.of("quality", quality, "resolution", resolution));

        Charge charge = charge(Endpoint.RUNTIME, usage);

        assertThat(charge.cost()).isEqualTo(usd(price).times(3));
        assertThat(charge.status()).isEqualTo(CostStatus.PRICED);
    }

    @Test
    void takesTheDefaultKindUnlessToldOtherwise() {
        Usage image = Usage.of(UsageUnit.IMAGE_INPUT, 1);

        assertThat(charge(Endpoint.RUNTIME, image).cost()).isEqualTo(usd("0.0001"));
        assertThat(charge(Endpoint.RUNTIME, image.withAttributes(Map.of("kind", "document")))
                        .cost())
                .isEqualTo(usd("0.0006"));
    }

    @Test
    void leavesAUnitUnpricedThatNoPriceFits() {
        Usage video = Usage.of(UsageUnit.VIDEO_SECOND, 6).withAttributes(Map.of("fps", "24", "resolution", "1080p"));

        Charge charge = charge(Endpoint.RUNTIME, video);

        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void billsMantleByItsOwnPriceAndElseByTheRuntimes() {
        Usage usage = Usage.of(UsageUnit.INPUT, 1, UsageUnit.OUTPUT, 1);

        assertThat(charge(Endpoint.RUNTIME, usage).cost()).isEqualTo(usd("0.000018"));
        assertThat(charge(Endpoint.MANTLE, usage).cost()).isEqualTo(usd("0.000021"));
        assertThat(charge(Endpoint.MANTLE, usage.withAttributes(Map.of("quality", "any")))
                        .cost())
                .isEqualTo(usd("0.000021"));
        assertThat(BOOK.charge(
                                call(Endpoint.MANTLE, WireFormat.RESPONSES, RequestedWork.NONE),
                                Books.tier("priority"),
                                Usage.of(UsageUnit.OUTPUT, 1),
                                false)
                        .cost())
                .isEqualTo(usd("0.00003"));
    }

    @Test
    void holdsTheDearestKindOfWhatIsAskedFor() {
        RequestedWork images = RequestedWork.ofImagesAsked(4, Map.of("quality", "standard"));
        RequestedWork video = RequestedWork.ofSeconds(18, Map.of("fps", "24"));

        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.ASYNC_JOB, images)))
                .isEqualTo(usd("0.24"));
        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.ASYNC_JOB, video)))
                .isEqualTo(usd("1.44"));
        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.INVOKE_JSON, images)))
                .isGreaterThan(usd("0.24"));
        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.UNBILLED, images)))
                .isEqualTo(Money.ZERO);
        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.COUNT_TOKENS, images)))
                .isEqualTo(Money.ZERO);
    }

    @Test
    void holdsWhatNumbersBeyondReasonCannotOverflow() {
        RequestedWork absurd = new RequestedWork(
                DocumentPieces.ofShort(Long.MAX_VALUE / 2),
                1_000_000_000,
                1_000_000_000,
                false,
                1_000_000_000,
                1_000_000_000,
                Map.of());

        assertThat(BOOK.worstCase(call(Endpoint.RUNTIME, WireFormat.INVOKE_JSON, absurd)))
                .isGreaterThan(Money.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
        "amazon.nova-canvas-v1:0, IMAGE, task=T2I;quality=standard;resolution=1024, 0.04",
        "amazon.nova-canvas-v1:0, IMAGE, task=I2I;quality=premium;resolution=2048, 0.08",
        "amazon.nova-canvas-v1:0, IMAGE, task=I2I;quality=standard, 0.06",
        "amazon.titan-image-generator-v2:0, IMAGE, task=T2I;quality=standard;resolution=512, 0.008",
        "amazon.nova-reel-v1:1, VIDEO_SECOND, fps=24;resolution=1280x720, 0.08",
        "amazon.nova-2-multimodal-embeddings-v1:0, IMAGE_INPUT, kind=document, 0.0006",
        "amazon.nova-2-multimodal-embeddings-v1:0, IMAGE_INPUT,, 0.00006",
        "twelvelabs.marengo-embed-3-0-v1:0, TEXT_REQUEST,, 0.00007",
        "stability.stable-diffusion-xl-v1, IMAGE, resolution=1024;steps=>50, 0.08"
    })
    void findsThePricesOfTheBundledBook(String model, UsageUnit unit, @Nullable String attributes, String price) {
        Usage usage = Usage.of(unit, 1).withAttributes(attributes(attributes));

        Charge charge = BUNDLED.charge(Books.call(model, "us-east-1"), Served.SILENT, usage, false);

        assertThat(charge.cost()).isEqualTo(usd(price));
    }

    @Test
    void billsAGuardrailWithoutAModel() {
        PricedCall call = new PricedCall(
                new ModelRef.NoModel("g1"),
                "us-east-1",
                Endpoint.RUNTIME,
                WireFormat.APPLY_GUARDRAIL,
                RequestFacts.ofBytes(1_500),
                NOW);
        Usage usage = Usage.of(UsageUnit.GUARDRAIL_TOPIC, 2, UsageUnit.GUARDRAIL_CHECK_PROMPT_ATTACK, 1);

        Charge charge = BUNDLED.charge(call, Served.SILENT, usage, false);

        assertThat(charge.cost()).isEqualTo(usd("0.00038"));
        assertThat(charge.status()).isEqualTo(CostStatus.PRICED);
        assertThat(BUNDLED.charge(call, Served.SILENT, Usage.NONE, false).status())
                .isEqualTo(CostStatus.FREE);
        assertThat(BUNDLED.worstCase(call)).isEqualTo(usd("0.00134"));
    }

    private static Charge charge(Endpoint endpoint, Usage usage) {
        return BOOK.charge(call(endpoint, WireFormat.CONVERSE_JSON, RequestedWork.NONE), Served.SILENT, usage, false);
    }

    private static PricedCall call(Endpoint endpoint, WireFormat format, RequestedWork work) {
        return new PricedCall(
                ModelRef.parse("x.m"),
                "us-east-1",
                endpoint,
                format,
                RequestFacts.ofBytes(100).withWork(work),
                NOW);
    }

    private static Map<String, String> attributes(@Nullable String joined) {
        Map<String, String> attributes = new HashMap<>();
        if (joined != null) {
            for (String pair : joined.split(";", -1)) {
                int equals = pair.indexOf('=');
                attributes.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return attributes;
    }
}
