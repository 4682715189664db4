package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.pricing.PriceUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Usage types of images, video, audio and searches. Stateless. */
final class MediaUnits {
    private MediaUnits() {}

    /** Null if it is none of these. */
    static @Nullable Meaning read(OfferRow row, UsageTypeText text) {
        if (text.hasPhrase("search-units")
                || text.hasPhrase("search-unit")
                || text.words().equals(List.of("search"))) {
            return UsageTypeGrammar.of(row, text, PriceUnit.SEARCH_UNIT, Map.of());
        }
        if (text.hasAny("t2i", "i2i")) {
            return madeImage(row, text);
        }
        if (text.has("created", "image")) {
            return UsageTypeGrammar.of(row, text, PriceUnit.IMAGE, Map.of());
        }
        if (text.hasAny("medfps", "hdresolution")) {
            return madeVideo(row, text);
        }
        if (text.hasAny("token", "tokens")) {
            // Tokens of images and of sound are not tokens of text; which of them are known, the words of tokens tell.
            return null;
        }
        return given(row, text);
    }

    private static @Nullable Meaning given(OfferRow row, UsageTypeText text) {
        if (!text.has("input")) {
            return null;
        }
        if (text.has("image")) {
            return UsageTypeGrammar.of(
                    row, text, PriceUnit.IMAGE_INPUT, Map.of("kind", text.has("document") ? "document" : "standard"));
        }
        if (text.hasAny("second", "seconds")) {
            if (text.has("audio")) {
                return UsageTypeGrammar.of(row, text, PriceUnit.AUDIO_INPUT_SECOND, Map.of());
            }
            if (text.has("video")) {
                return UsageTypeGrammar.of(row, text, PriceUnit.VIDEO_INPUT_SECOND, Map.of());
            }
        }
        return null;
    }

    /** {@code NovaCanvas-T2I-1024-Standard}: task, side of the square in pixels, quality. */
    private static Meaning madeImage(OfferRow row, UsageTypeText text) {
        String task = text.has("t2i") ? "T2I" : "I2I";
        String side = text.words().stream()
                .filter(word -> word.matches("[0-9]{3,4}"))
                .findFirst()
                .orElse("");
        String quality = text.has("premium") ? "premium" : "standard";
        if (side.isEmpty() || text.has("premium") == text.has("standard")) {
            return new Meaning.Unclear("it is an image, but of no size or quality that is known");
        }
        return UsageTypeGrammar.of(
                row, text, PriceUnit.IMAGE, Map.of("task", task, "resolution", side, "quality", quality));
    }

    /** {@code Ray-V2-Medfps-HDRes}, {@code NovaReel-HDResolution-output-seconds}. */
    private static Meaning madeVideo(OfferRow row, UsageTypeText text) {
        if (UnitScale.kind(row.unit()) != UnitScale.Kind.SECOND) {
            return new Meaning.Unclear("it is video, by '" + row.unit() + "' and not by the second");
        }
        String resolution = "";
        if (text.has("hdresolution")) {
            resolution = "1280x720";
        } else if (text.hasAny("hdres")) {
            resolution = "720p";
        } else if (text.hasPhrase("standard-res") || text.has("standardres")) {
            resolution = "540p";
        }
        return resolution.isEmpty()
                ? new Meaning.Unclear("it is video, of no resolution that is known")
                : UsageTypeGrammar.of(
                        row,
                        text,
                        PriceUnit.VIDEO_SECOND,
                        Map.of("fps", "24", "resolution", resolution.toLowerCase(Locale.ROOT)));
    }
}
