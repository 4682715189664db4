package io.bedrockmeter.metering.capacity;

import io.bedrockmeter.metering.pricing.CapacityTerms;
import io.bedrockmeter.metering.pricing.PriceBook;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** The words of the price list for an imported model, where Bedrock has others. Stateless. */
public final class ImportedUnits {
    private static final String FAMILY = "family";
    private static final String VERSION = "cmuVersion";

    private ImportedUnits() {}

    /**
     * The terms of an imported model. Where the price list has no words for it, they are Bedrock's own, and have no price.
     *
     * @param architecture as Bedrock tells it, such as {@code llama} or {@code LlamaForCausalLM}
     * @param version of its custom model units, such as {@code v1.0}
     */
    public static CapacityTerms terms(PriceBook prices, String architecture, String version) {
        String told = architecture.toLowerCase(Locale.ROOT);
        String family = words(prices, FAMILY)
                .filter(word -> told.contains(word.toLowerCase(Locale.ROOT)))
                // MLlama is no Llama.
                .max(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .orElse(architecture);
        String unit = words(prices, VERSION)
                .filter(word -> version.equals(word) || version.startsWith(word + "."))
                .findFirst()
                .orElse(version);
        return CapacityTerms.imported(family, unit);
    }

    private static Stream<String> words(PriceBook prices, String attribute) {
        return prices.prices(CapacityTerms.IMPORTED).stream()
                .map(price -> price.key().attributes().get(attribute))
                .filter(Objects::nonNull)
                .distinct();
    }
}
