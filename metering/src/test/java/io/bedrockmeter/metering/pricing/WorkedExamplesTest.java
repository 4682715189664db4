package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of every mode and unit, priced by the bundled book as the proxy prices them, against sums worked out beside it. */
class WorkedExamplesTest {
    private static final int EXAMPLES_MIN = 80;

    record Example(TabFile.Line line) {
        String text(String column) {
            return line.text(column);
        }

        Usage usage() {
            Usage usage = Usage.NONE;
            for (Map.Entry<String, String> unit : pairs("units", ",").entrySet()) {
                usage = usage.with(UsageUnit.of(unit.getKey()), Long.parseLong(unit.getValue()));
            }
            return usage.withAttributes(pairs("attributes", ";"));
        }

        private Map<String, String> pairs(String column, String separator) {
            Map<String, String> pairs = new HashMap<>();
            if (!text(column).equals("-")) {
                for (String pair : text(column).split(separator, -1)) {
                    pairs.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
                }
            }
            return pairs;
        }

        @Override
        public String toString() {
            return text("name");
        }
    }

    static List<Example> examples() throws IOException {
        try (var in = Objects.requireNonNull(WorkedExamplesTest.class.getResourceAsStream("worked-examples.tsv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return TabFile.parse(
                            "worked-examples.tsv",
                            text,
                            List.of("name", "identifier", "region", "mode", "day", "units", "attributes", "usd", "sum"))
                    .lines()
                    .stream()
                    .map(Example::new)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void costsWhatWasWorkedOut(Example example) {
        PricedCall call = PricedCall.of(
                ModelRef.parse(example.text("identifier")),
                example.text("region"),
                LocalDate.parse(example.text("day")).atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC));

        Charge charge = Books.BUNDLED.chargeIn(PricingMode.of(example.text("mode")), call, example.usage());

        assertThat(charge.cost().toUsdString()).isEqualTo(example.text("usd"));
        assertThat(charge.status()).isEqualTo(example.text("usd").equals("0") ? CostStatus.FREE : CostStatus.PRICED);
    }

    /** The sums themselves, by another arithmetic than the program's. */
    @ParameterizedTest
    @MethodSource("examples")
    void theSumIsRight(Example example) {
        BigDecimal sum = Arrays.stream(example.text("sum").split(" \\+ ", -1))
                .map(term -> Stream.of(term.split(" × ", -1))
                        .map(BigDecimal::new)
                        .reduce(BigDecimal.ONE, BigDecimal::multiply))
                .reduce(BigDecimal.ZERO, BigDecimal::add);

        assertThat(sum).isEqualByComparingTo(example.text("usd"));
    }

    @Test
    void coversEveryUnitAndEveryModeThatIsSoldByTheCall() throws IOException {
        Set<UsageUnit> units = EnumSet.noneOf(UsageUnit.class);
        Set<PricingMode> modes = EnumSet.noneOf(PricingMode.class);
        for (Example example : examples()) {
            modes.add(PricingMode.of(example.text("mode")));
            for (UsageUnit unit : UsageUnit.values()) {
                if (example.usage().count(unit) > 0) {
                    units.add(unit);
                }
            }
        }
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(EXAMPLES_MIN);
        assertThat(units)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(UsageUnit.values())
                        .filter(unit -> !unit.isCapacity())
                        .toList());
        assertThat(modes)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(PricingMode.values())
                        .filter(mode -> !mode.isPrepaid())
                        .toList());
    }
}
