package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.WireFormat;
import io.bedrockmeter.proxy.exchange.RequestStamp.Keys;
import io.bedrockmeter.proxy.route.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RequestStampTest {
    private static final String HEADER = "X-Amzn-Bedrock-Request-Metadata";
    private static final AccountId ACCOUNT = new AccountId("search", "ranker", "sub*é@example.com");
    private static final Map<String, String> OURS =
            Map.of("team", "search", "app", "ranker", "key", "sub__@example.com", "attempt", "a1");

    private final RequestStamp stamp = new RequestStamp(new Keys("team", "app", "key", "attempt"), true);
    private final BodyBudget budget = new BodyBudget(100_000);

    @Test
    void setsTheHeaderWhereACallerSaysNothing() {
        assertThat(header()).isEqualTo(OURS);
    }

    @Test
    void replacesWhatACallerSaysUnderItsKeysAndLeavesTheRest() {
        assertThat(header("{\"\\u0074eam\":\"ads\",\"feature\":\"chat \\u00e9\",\"app\":\"x\"}"))
                .isEqualTo(with(OURS, "feature", "chat é"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "team=ads",
                "[]",
                "{\"team\":\"ads\"",
                "{\"a\":\"b\"}{\"team\":\"ads\"}",
                "{\"a\":\"b\",\"a\":\"c\"}",
                "{\"a\":1}",
                "{\"a\":{\"team\":\"ads\"}}"
            })
    void refusesMetadataThatCouldBeReadInAnotherWay(String said) {
        HttpRequest request = request(said);

        String problem = stamp.setInHead(Operation.INVOKE_MODEL, request, ACCOUNT, "a1");

        assertThat(problem).contains("not a JSON object whose values are texts");
    }

    @Test
    void refusesTwoHeaders() {
        HttpRequest request = request("{\"a\":\"b\"}", "{\"team\":\"ads\"}");

        String problem = stamp.setInHead(Operation.INVOKE_MODEL, request, ACCOUNT, "a1");

        assertThat(problem).contains("more than once");
    }

    @Test
    void refusesMoreThanAmazonBedrockTakes() {
        String thirteen = entries(13, "v");
        String tooLong = entries(9, "v".repeat(1_000));

        assertThat(stamp.setInHead(Operation.INVOKE_MODEL, request(thirteen), ACCOUNT, "a1"))
                .contains("17 entries", "team, app, key, attempt", "16");
        assertThat(stamp.setInHead(Operation.INVOKE_MODEL, request(tooLong), ACCOUNT, "a1"))
                .contains("characters", "8500");
        assertThat(header(entries(12, "v"))).hasSize(16);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INVOKE_MODEL", "INVOKE_MODEL_WITH_RESPONSE_STREAM"})
    void letsNoOtherOperationHaveTheHeader(Operation operation) {
        HttpRequest request = request("{\"team\":\"ads\"}");

        assertThat(stamp.setInHead(operation, request, ACCOUNT, "a1")).isNull();

        assertThat(request.headers().contains(HEADER)).isFalse();
    }

    @Test
    void leavesRequestsAloneWhereNoKeyIsSet() {
        RequestStamp none = new RequestStamp(new Keys(null, null, null, null), false);
        HttpRequest request = request("anything");

        assertThat(none.setInHead(Operation.INVOKE_MODEL, request, ACCOUNT, "a1"))
                .isNull();

        assertThat(request.headers().get(HEADER)).isEqualTo("anything");
        assertThat(none.finder(Operation.CONVERSE)).isNull();
    }

    @Test
    void leavesBodiesAloneUnlessAskedTo() {
        RequestStamp headersOnly = new RequestStamp(new Keys("team", null, null, null), false);

        assertThat(headersOnly.finder(Operation.CONVERSE)).isNull();
        assertThat(stamp.finder(Operation.CONVERSE)).isNotNull();
        assertThat(stamp.finder(Operation.CONVERSE_STREAM)).isNotNull();
        assertThat(stamp.finder(Operation.INVOKE_MODEL)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " { } ",
                "{\"messages\":[{\"requestMetadata\":{\"team\":\"in a message\"}}]}",
                "{\"requestMetadata\":null,\"messages\":[]}",
                "{\"requestMetadata\" : {\"team\":\"ads\"} }",
                "{\"messages\":[],\"request\\u004detadata\":{\"app\":\"x\",\"team\":\"ads\"},\"system\":[{\"text\":\"é\"}]}"
            })
    void setsTheMemberOfABodyAndLeavesTheRest(String text) throws Exception {
        for (int cut = 0; cut <= text.getBytes(StandardCharsets.UTF_8).length; cut++) {
            RequestCollector body = body(text, cut);

            assertThat(stamp.setInBody(body, ACCOUNT, "a1")).isNull();

            String hash = body.sha256Hex();
            long counted = body.bytes();
            ByteBuf taken = body.take();
            String stamped = taken.toString(StandardCharsets.UTF_8);
            taken.release();
            assertThat(hash).isEqualTo(sha256(stamped));
            assertThat(counted).isEqualTo(stamped.getBytes(StandardCharsets.UTF_8).length);
            assertThat(map(stamped)).isEqualTo(with(map(text), "requestMetadata", OURS));
            body.release();
            assertThat(budget.heldBytes()).isZero();
        }
    }

    @Test
    void keepsWhatElseACallerSaysInABody() {
        RequestCollector body = body("{\"requestMetadata\":{\"feature\":\"chat\",\"team\":\"ads\"}}", 7);

        assertThat(stamp.setInBody(body, ACCOUNT, "a1")).isNull();

        ByteBuf taken = body.take();
        assertThat(map(taken.toString(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of("requestMetadata", with(OURS, "feature", "chat")));
        taken.release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"requestMetadata\":{\"a\":\"b\"}",
                "{\"requestMetadata\":{\"a\":\"b\"},\"requestMetadata\":{\"team\":\"ads\"}}",
                "{\"requestMetadata\":{\"team\":\"ads\",\"team\":\"ads\"}}",
                "{\"requestMetadata\":{\"a\":1}}",
                "{\"requestMetadata\":\"team\"}"
            })
    void refusesABodyThatCouldBeReadInAnotherWay(String text) {
        RequestCollector body = body(text, text.length() / 2);

        assertThat(stamp.setInBody(body, ACCOUNT, "a1")).isNotNull();

        body.release();
    }

    @Test
    void refusesAMemberThatIsTooLongToBeOne() {
        RequestCollector body =
                body("{\"requestMetadata\":{\"a\":\"" + "b".repeat(RequestStamp.MEMBER_BYTES_MAX) + "\"}}", 3);

        assertThat(stamp.setInBody(body, ACCOUNT, "a1")).contains("not a JSON object whose values are texts");

        body.release();
    }

    private Map<?, ?> header(String... said) {
        HttpRequest request = request(said);
        assertThat(stamp.setInHead(Operation.INVOKE_MODEL, request, ACCOUNT, "a1"))
                .isNull();
        assertThat(request.headers().getAll(HEADER)).singleElement().asString().isASCII();
        return map(request.headers().get(HEADER));
    }

    private static HttpRequest request(String... said) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/model/m/invoke");
        for (String value : said) {
            request.headers().add(HEADER, value);
        }
        return request;
    }

    private RequestCollector body(String text, int cut) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RequestCollector body = new RequestCollector(
                UnpooledByteBufAllocator.DEFAULT,
                BodyRoom.of(budget),
                100_000,
                RequestReader.open(WireFormat.CONVERSE_JSON, ModelRef.parse("amazon.nova-lite-v1:0"), name -> null),
                stamp.finder(Operation.CONVERSE));
        body.add(Unpooled.copiedBuffer(bytes, 0, cut));
        body.add(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
        return body;
    }

    private static String entries(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":\"" + value + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Map<?, ?> map(@Nullable String json) {
        return JsonMapper.shared().readValue(json, Map.class);
    }

    private static Map<Object, Object> with(Map<?, ?> map, String key, Object value) {
        Map<Object, Object> all = new HashMap<>(map);
        all.put(key, value);
        return all;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
