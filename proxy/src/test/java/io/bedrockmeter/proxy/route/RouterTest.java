package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
    @Test
    void findsTheOperationAndDecodesTheModelOnce() {
        Route route = Router.route("POST", "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream");

        assertThat(route)
                .isEqualTo(new Route.ToModel(
                        Operation.CONVERSE_STREAM,
                        ModelRef.parse("us.anthropic.claude-3-haiku-20240307-v1:0"),
                        "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream"));
    }

    @Test
    void takesARawColonAsWell() {
        Route route = Router.route("POST", "/model/amazon.nova-lite-v1:0/invoke");

        assertThat(route)
                .isInstanceOfSatisfying(
                        Route.ToModel.class,
                        found -> assertThat(found.model().requested()).isEqualTo("amazon.nova-lite-v1:0"));
    }

    @Test
    void takesAnArnWithItsSlashEncoded() {
        Route route = Router.route(
                "POST",
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aprovisioned-model%2Fabcdef123456/invoke-with-response-stream");

        assertThat(route).isInstanceOfSatisfying(Route.ToModel.class, found -> {
            assertThat(found.operation()).isEqualTo(Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM);
            assertThat(found.model()).isInstanceOf(ModelRef.ProvisionedModel.class);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/model/",
                "/model/x.y",
                "/model/x.y/",
                "/model/x.y/invoke/",
                "/model/x.y/invoke?a=b",
                "/model/x.y/z/invoke",
                "/Model/x.y/invoke",
                "/metrics",
                "/model/x.y/count-tokens"
            })
    void refusesWhateverIsNotInTheTable(String target) {
        assertThat(Router.route("POST", target)).isInstanceOf(Route.Unknown.class);
    }

    @Test
    void refusesAnotherMethod() {
        assertThat(Router.route("GET", "/model/x.y/invoke")).isInstanceOf(Route.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", ".", "%2e%2e", "a%", "a%4", "a%zz", "a%00b", "a%0d%0ab", "a b", "é", "%C3%A9", "a%2525"})
    void refusesAModelThatCannotBeOne(String segment) {
        assertThat(Router.route("POST", "/model/" + segment + "/invoke")).isInstanceOf(Route.Malformed.class);
    }

    @Test
    void refusesAModelIdentifierThatIsTooLong() {
        assertThat(Router.route("POST", "/model/" + "a".repeat(2049) + "/invoke"))
                .isInstanceOf(Route.Malformed.class);
    }
}
