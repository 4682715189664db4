package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever target a caller sends, it is routed or refused; what is routed cannot reach another path than it says. */
final class RouterFuzzTest {
    @MethodSource("targets")
    @FuzzTest
    void routesOrRefusesAnyTarget(byte[] bytes) {
        String target = new String(bytes, StandardCharsets.ISO_8859_1);

        for (String method : new String[] {"POST", "GET", "DELETE"}) {
            if (Router.route(method, target, null, null) instanceof Route.Found found) {
                assertThat(target).endsWith(found.target());
                String path = found.target().replaceFirst("\\?.*", "").toLowerCase(Locale.ROOT) + "/";
                assertThat(path).startsWith("/").doesNotContain("/../", "/./", "//", "/%2e%2e/", "/%2e/");
                ModelRef model = found.model();
                if (model != null) {
                    assertThat(model.requested()).matches("[A-Za-z0-9:._/-]{1,2048}");
                }
            }
        }
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                        "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse",
                        "/model/%2e%2e/invoke",
                        "/model/a%2Fb/invoke?x",
                        "/guardrail/a/version/%2E/apply",
                        "/mantle/openai/v1/responses",
                        "/mantle//v1/models",
                        "/openai/v1/responses/../cancel",
                        "/async-invoke/arn%3Aaws%3Abedrock?maxResults=%",
                        "//model/a.b/invoke",
                        "/v1/models?x=/../")
                .map(target -> Arguments.of((Object) target.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
