package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceBookFolderTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String MODEL = "amazon.nova-micro-v1:0";
    private static final List<String> SOURCES = List.of("ours-1\t2026-11-30\tA letter of the account manager");

    @TempDir
    private Path folder;

    @Test
    void decidesForWhatItHasAndLeavesTheRestToTheBookBelow() throws IOException {
        PriceBook book = PriceBook.bundled().under(book("input\t-\t0.00000002\tus-east-1"));
        assertThat(cost(book, "us-east-1", 1_000_000, 0)).isEqualTo("0.02");
        assertThat(cost(book, "us-east-1", 0, 1_000_000))
                .isEqualTo(cost(PriceBook.bundled(), "us-east-1", 0, 1_000_000));
        assertThat(cost(book, "us-west-2", 1_000_000, 0))
                .isEqualTo(cost(PriceBook.bundled(), "us-west-2", 1_000_000, 0));
        assertThat(book.version()).startsWith("bundled-2026-11-22-").contains("+book-2026-11-30-");
        assertThat(book.layers()).extracting(PriceBook.Layer::name).containsExactly("bundled", "book");
    }

    @Test
    void theUpperBookDecidesEvenWhereTheLowerOneIsNarrower() throws IOException {
        PriceBook book = PriceBook.bundled().under(book("input\t-\t0.00000002\tcommercial:*"));
        assertThat(cost(book, "us-east-1", 1_000_000, 0)).isEqualTo("0.02");
    }

    @Test
    void aPriceToComeDoesNotCountBefore() throws IOException {
        write("amazon.nova-micro-v1:0\tin_region_or_geo\ton_demand\tbase\tinput\t-\t0.00000002\tus-east-1\truntime"
                + "\t2026-12-01\t-\t-\tA\tours-1\t-");
        PriceBook book = PriceBook.bundled().under(PriceBookFolder.read(folder.resolve("book")));
        assertThat(cost(book, "us-east-1", 1_000_000, 0))
                .isEqualTo(cost(PriceBook.bundled(), "us-east-1", 1_000_000, 0));
    }

    @Test
    void saysWhatABookChanges() throws IOException {
        PriceBook before = PriceBook.bundled();
        PriceBook after = before.under(book("input\t-\t0.00000002\tus-east-1"));
        assertThat(PriceDiff.between(before, before, NOW)).isEmpty();
        assertThat(PriceDiff.between(before, after, NOW)).singleElement().satisfies(change -> {
            assertThat(change.key().unit()).isEqualTo(PriceUnit.INPUT);
            assertThat(change.percent()).contains(new BigDecimal("-42.9"));
        });
    }

    @Test
    void saysWhatIsMissingOrWrongInABook() throws IOException {
        assertThatThrownBy(() -> PriceBookFolder.read(folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no prices.tsv");
        write(
                "amazon.nova-micro-v1:0\tin_region_or_geo\ton_demand\tbase\tinputs\t-\t1\tus-east-1\truntime\t-\t-\t-\tA\tours-1\t-");
        assertThatThrownBy(() -> PriceBookFolder.read(folder.resolve("book")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3, column 'unit', value 'inputs'");
        Files.writeString(folder.resolve("book/sources.tsv"), "source\tdate\ttitle\n");
        assertThatThrownBy(() -> PriceBookFolder.read(folder.resolve("book")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("names no source");
    }

    private PriceBook book(String unitAndPrice) throws IOException {
        write("amazon.nova-micro-v1:0\tin_region_or_geo\ton_demand\tbase\t" + unitAndPrice
                + "\truntime\t-\t-\t-\tA\tours-1\t-");
        return PriceBookFolder.read(folder.resolve("book"));
    }

    private void write(String line) throws IOException {
        PriceBookFolder.write(folder.resolve("book"), "Of a test.", List.of(line), SOURCES, List.of(MODEL));
    }

    private static String cost(PriceBook book, String region, long input, long output) {
        return book.chargeIn(
                        PricingMode.ON_DEMAND,
                        PricedCall.of(ModelRef.parse(MODEL), region, NOW),
                        Usage.NONE.with(UsageUnit.INPUT, input).with(UsageUnit.OUTPUT, output))
                .cost()
                .toUsdString();
    }
}
