package io.bedrockmeter.metering.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Month;

/** The price book that comes with the product, as files on the class path. Stateless. */
final class BundledPrices {
    static final String NAME = "bundled";

    private static final String FOLDER = "/io/bedrockmeter/metering/prices/";

    /** The day whose prices the files hold; moves with them. */
    private static final LocalDate DATE = LocalDate.of(2026, Month.NOVEMBER, 22);

    private BundledPrices() {}

    static PriceBook load() {
        return PriceBookBuilder.build(NAME, DATE, files());
    }

    static PriceBookBuilder.Files files() {
        return new PriceBookBuilder.Files(read("prices.tsv"), read("sources.tsv"), read("models.tsv"));
    }

    private static String read(String file) {
        try (InputStream in = BundledPrices.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException(
                        FOLDER + file + " is not on the class path; the jar was not built whole, build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FOLDER + file, e);
        }
    }
}
