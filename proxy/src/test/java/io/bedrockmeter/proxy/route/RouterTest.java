package io.bedrockmeter.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
    @Test
    void findsTheOperationAndDecodesTheModelOnce() {
        Route route = route("POST", "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream");

        assertThat(route)
                .isEqualTo(new Route.Found(
                        Operation.CONVERSE_STREAM,
                        Endpoint.RUNTIME,
                        ModelRef.parse("us.anthropic.claude-3-haiku-20240307-v1:0"),
                        null,
                        "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream"));
    }

    @Test
    void takesARawColonAsWell() {
        Route route = route("POST", "/model/amazon.nova-lite-v1:0/invoke");

        assertThat(route)
                .isInstanceOfSatisfying(
                        Route.Found.class,
                        found -> assertThat(found.model()).isEqualTo(ModelRef.parse("amazon.nova-lite-v1:0")));
    }

    @Test
    void takesAnArnWithItsSlashEncoded() {
        Route route = route(
                "POST",
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aprovisioned-model%2Fabcdef123456/invoke-with-response-stream");

        assertThat(route).isInstanceOfSatisfying(Route.Found.class, found -> {
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
                "/model/x.y/count-tokens/",
                "/guardrail/g1/version/1",
                "/guardrail-checks/invoke/more",
                "/async-invoke/a/b",
                "/openai/v1/models",
                "/openai/v1/chat/completions?x=1",
                "/openai/v1/chat//completions",
                "/anthropic/v1/messages/batches",
                "/v1/messages",
                "/mantle/model/x.y/invoke",
                "/mantle",
                "/a/b/c/d/e/f/g/h/i/j/k",
                "model/x.y/invoke",
                ""
            })
    void refusesWhateverIsNotInTheTable(String target) {
        assertThat(route("POST", target)).isInstanceOf(Route.Unknown.class);
    }

    @Test
    void refusesAnotherMethod() {
        assertThat(route("GET", "/model/x.y/invoke")).isInstanceOf(Route.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", ".", "%2e%2e", "a%", "a%4", "a%zz", "a%00b", "a%0d%0ab", "a b", "é", "%C3%A9", "a%2525"})
    void refusesAModelThatCannotBeOne(String segment) {
        assertThat(route("POST", "/model/" + segment + "/invoke")).isInstanceOf(Route.Malformed.class);
    }

    @Test
    void refusesAModelIdentifierThatIsTooLong() {
        assertThat(route("POST", "/model/" + "a".repeat(2049) + "/invoke")).isInstanceOf(Route.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /model/amazon.nova-lite-v1:0/count-tokens, COUNT_TOKENS, RUNTIME",
        "POST, /guardrail-checks/invoke, INVOKE_GUARDRAIL_CHECKS, RUNTIME",
        "POST, /async-invoke, START_ASYNC_INVOKE, RUNTIME",
        "GET, /async-invoke?maxResults=3, LIST_ASYNC_INVOKES, RUNTIME",
        "POST, /openai/v1/chat/completions, OPENAI_CHAT_COMPLETIONS, RUNTIME",
        "POST, /openai/v1/responses, OPENAI_RESPONSES, RUNTIME",
        "GET, /openai/v1/responses/resp_1, OPENAI_GET_RESPONSE, RUNTIME",
        "POST, /openai/v1/responses/resp_1/cancel, OPENAI_CANCEL_RESPONSE, RUNTIME",
        "DELETE, /openai/v1/responses/resp_1, OPENAI_DELETE_RESPONSE, RUNTIME",
        "POST, /anthropic/v1/messages, ANTHROPIC_MESSAGES, RUNTIME",
        "POST, /anthropic/v1/messages/count_tokens, ANTHROPIC_COUNT_TOKENS, RUNTIME",
        "POST, /v1/chat/completions, OPENAI_CHAT_COMPLETIONS, MANTLE",
        "POST, /v1/responses, OPENAI_RESPONSES, MANTLE",
        "GET, /v1/models, LIST_MODELS, MANTLE"
    })
    void findsEveryOperationAtItsEndpoint(String method, String target, Operation operation, Endpoint endpoint) {
        assertThat(route(method, target)).isInstanceOfSatisfying(Route.Found.class, found -> {
            assertThat(found.operation()).isEqualTo(operation);
            assertThat(found.endpoint()).isEqualTo(endpoint);
            assertThat(found.target()).isEqualTo(target);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openai/v1/responses", "/anthropic/v1/messages", "/v1/chat/completions"})
    void takesThePrefixOfMantleOff(String path) {
        assertThat(route("POST", "/mantle" + path)).isInstanceOfSatisfying(Route.Found.class, found -> {
            assertThat(found.endpoint()).isEqualTo(Endpoint.MANTLE);
            assertThat(found.target()).isEqualTo(path);
        });
    }

    @Test
    void sendsWhatIsSignedForMantleToMantle() {
        Route route = Router.route("POST", "/anthropic/v1/messages", "bedrock-mantle", null);

        assertThat(route)
                .isInstanceOfSatisfying(
                        Route.Found.class, found -> assertThat(found.endpoint()).isEqualTo(Endpoint.MANTLE));
    }

    @Test
    void sendsWhatIsAddressedToMantleToMantle() {
        Route route = Router.route("POST", "/openai/v1/responses", "bedrock", "bedrock-mantle.us-east-1.api.aws");

        assertThat(route)
                .isInstanceOfSatisfying(
                        Route.Found.class, found -> assertThat(found.endpoint()).isEqualTo(Endpoint.MANTLE));
    }

    @Test
    void leavesTheModelToTheBodyWhereThePathHasNone() {
        assertThat(route("POST", "/openai/v1/chat/completions"))
                .isInstanceOfSatisfying(
                        Route.Found.class, found -> assertThat(found.model()).isNull());
    }

    @Test
    void namesTheGuardrailWhereNoModelRuns() {
        assertThat(route("POST", "/guardrail/gr-1a2b3c/version/DRAFT/apply"))
                .isInstanceOfSatisfying(
                        Route.Found.class,
                        found -> assertThat(found.model()).isEqualTo(new ModelRef.NoModel("gr-1a2b3c")));
    }

    private static Route route(String method, String target) {
        return Router.route(method, target, null, "127.0.0.1:8080");
    }
}
