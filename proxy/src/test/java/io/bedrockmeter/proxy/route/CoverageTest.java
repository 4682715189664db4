package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.route.Coverage.Axis;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two families, two kinds, and a case for a cell of each. */
final class CoverageTest {
    private final Coverage table =
            new Coverage(new Axis("families", List.of("claude", "nova")), new Axis("kinds", List.of("plain", "cache")));

    @Test
    void isContentWhereWhatHasNoCaseIsListed() {
        fillTwo();

        assertThat(table.problemsWith(json("""
                [{"families": ["nova"], "kinds": ["plain"], "why": "a"}, {"families": ["-nova"], "kinds": ["-plain"], "why": "b"}]
                """))).isEmpty();
    }

    @Test
    void noticesEachCellThatIsNeitherFilledNorListed() {
        fillTwo();

        assertThat(table.problemsWith(json("[]")))
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("no case for [claude, cache]"),
                        problem -> assertThat(problem).startsWith("no case for [nova, plain]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"families": ["claude"], "why": "a"}                     | there is a case for [claude, plain]
            {"kinds": ["plain"], "why": "a"}                         | there is a case for [claude, plain]
            {"families": ["nova"], "kinds": ["plain"], "why": "a"}   | [nova, plain] is listed more than once
            {"families": ["novva"], "why": "a"}                      | there is no such hole
            {"families": ["novva"]}                                  | a hole says why it is one
            """)
    void noticesAHoleThatIsNone(String hole, String problem) {
        fillTwo();

        assertThat(table.problemsWith(json("[" + hole + """
                , {"families": ["nova"], "kinds": ["plain"], "why": "b"}]""")))
                .anySatisfy(one -> assertThat(one).startsWith(problem));
    }

    private void fillTwo() {
        table.fill("claude", "plain");
        table.fill("nova", "cache");
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }
}
