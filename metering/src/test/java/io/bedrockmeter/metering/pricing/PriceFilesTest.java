package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceFilesTest {
    private static final String GOOD = line("on_demand", "input", "0.000003");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "in_region_or_geo | regional        | routing    | in_region_or_geo",
                "on_demand        | on-demand       | tariff     | latency_optimized",
                "base             | long            | band       | long_gt_200k",
                "input            | input_token     | unit       | cache_write_1h",
                "0.000003         | 3e-13           | usd        | 12 decimal places",
                "0.000003         | -0.000003       | usd        | cannot be negative",
                "0.000003         | 0,000003        | usd        | decimal amount",
                "us-east-1        | us-east-1,mars  | regions    | is no region",
                "us-east-1        | us-east-1,      | regions    | is no region",
                "runtime          | edge            | endpoint   | mantle",
                "- - -            | 2026-13-01 - -  | from       | a date such as",
                "- - -            | 2026-02-01 2026-02-01 - | until | a date after",
                "A s              | D s             | confidence | [A, B, C]",
                "A s              | A unheard       | source     | [s]",
                "input -          | input quality   | attributes | name=value",
                "input -          | input a=1;a=2   | attributes | given twice"
            })
    void namesLineColumnValueAndWayOutOfAWrongField(String good, String bad, String column, String wayOut) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Books.of(GOOD, GOOD.replace(good, bad)))
                .withMessageStartingWith("test/prices.tsv line 3, column '" + column + "', value '")
                .withMessageContaining(wayOut);
    }

    @Test
    void refusesAModelThatIsNotListed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Books.of(GOOD.replace("x.m", "x.other")))
                .withMessage(
                        "test/prices.tsv line 2, column 'model', value 'x.other': test/models.tsv does not list it; add"
                                + " a line there");
    }

    @Test
    void refusesTwoFiguresForOneThingAtOneTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Books.of(GOOD, line("on_demand", "input", "0.000004")))
                .withMessageStartingWith("test/prices.tsv line 3, column 'usd', value '0.000004': line 2 says 0.000003")
                .withMessageContaining("date them apart");
    }

    @Test
    void acceptsTheSameFigureTwiceAndTwoFiguresDatedApart() {
        String before = line("on_demand", "output", "0.000015").replace("- - -", "- 2026-03-01 -");
        String after = line("on_demand", "output", "0.000016").replace("- - -", "2026-03-01 - -");

        PriceBook book = Books.of(GOOD, GOOD, before, after);

        assertThat(book.prices("x.m")).hasSize(4);
    }

    @Test
    void refusesALineWithAFieldTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Books.of(GOOD + " surplus"))
                .withMessageStartingWith("test/prices.tsv line 2: 16 fields where 15 are needed");
    }

    @Test
    void refusesOtherColumnsAndAnEmptyFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceFiles.sources("sources.tsv", "source\ttitle\n"))
                .withMessageStartingWith("sources.tsv line 1: the columns are [source, title]; write exactly");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceFiles.prices("prices.tsv", "# nothing\n", Map.of()))
                .withMessageStartingWith("prices.tsv is empty");
    }

    @Test
    void refusesASourceOrAModelListedTwiceAndALimitThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PriceFiles.sources("sources.tsv", "source\tdate\ttitle\ns\t2026-01-01\tA\ns\t2026-01-01\tB\n"))
                .withMessage(
                        "sources.tsv line 3, column 'source', value 's': it is listed twice; remove one of the lines");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceFiles.models(
                        "models.tsv", "model\tprovider\tcontext_tokens\toutput_tokens\nx.m\tX\t0\t-\n"))
                .withMessageStartingWith(
                        "models.tsv line 2, column 'context_tokens', value '0': write a positive number");
    }

    @Test
    void namesAnotherVersionForAnotherContent() {
        PriceBook one = Books.of(GOOD);
        PriceBook same = Books.of(GOOD);
        PriceBook other = Books.of(GOOD.replace("0.000003", "0.000004"));

        assertThat(one.version()).isEqualTo(same.version()).matches("test-2026-01-01-[0-9a-f]{8}");
        assertThat(other.version()).isNotEqualTo(one.version());
    }
}
