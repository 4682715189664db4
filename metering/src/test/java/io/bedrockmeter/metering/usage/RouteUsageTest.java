package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.absent;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.exactDisagreed;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static io.bedrockmeter.metering.usage.Responses.sse;
import static io.bedrockmeter.metering.usage.Responses.tokens;
import static io.bedrockmeter.metering.usage.Responses.wire;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of OpenAI and Anthropic: one document, or server-sent events. */
class RouteUsageTest {
    private static final String GPT = "us.openai.gpt-5.6-sol";
    private static final String CLAUDE = "global.anthropic.claude-sonnet-4-6";

    @Nested
    class ChatCompletions {
        private static final String USAGE = "\"usage\":{\"prompt_tokens\":2100,\"completion_tokens\":56,"
                + "\"total_tokens\":2156,\"prompt_tokens_details\":{\"cached_tokens\":2000,\"audio_tokens\":0},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":40}}";
        private static final String SUM = "{\"id\":\"c\",\"choices\":[]," + USAGE + ",\"service_tier\":\"flex\"}";

        @Test
        void takesCachedTokensOffTheInputAndKeepsReasoningInTheOutput() {
            assertThat(exact(document("{\"choices\":[{\"message\":{\"content\":\"\\\"usage\\\":\"}}]," + USAGE + "}")))
                    .isEqualTo(tokens(100, 56).with(UsageUnit.CACHE_READ, 2000));
        }

        @Test
        void takesWrittenTokensOffTheInputAndKeepsThemForHalfAnHour() {
            String usage = "{\"usage\":{\"prompt_tokens\":2100,\"completion_tokens\":56,\"total_tokens\":2156,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":1000,\"cache_write_tokens\":900}}}";

            assertThat(exact(document(usage)))
                    .isEqualTo(tokens(200, 56).with(UsageUnit.CACHE_READ, 1000).with(UsageUnit.CACHE_WRITE_30M, 900));
        }

        @Test
        void notesATotalThatIsNotTheSum() {
            assertThat(exactDisagreed(
                            document("{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":13}}")))
                    .isEqualTo(tokens(7, 5));
        }

        @Test
        void readsTheTierThatServed() {
            String body = "{\"service_tier\":\"priority\"," + USAGE + "}";

            assertThat(read(document(body)).served().serviceTier()).isEqualTo("priority");
            assertThat(read(document(body.replace("priority", "auto"))).served().serviceTier())
                    .isNull();
        }

        @Test
        void readsTheUsageAtTheEndOfAStream() {
            Wire wire = stream(delta("Hel"), delta("lo"), SUM, "[DONE]");

            assertThat(exact(wire)).isEqualTo(tokens(100, 56).with(UsageUnit.CACHE_READ, 2000));
            assertThat(wire.whole().served().serviceTier()).isEqualTo("flex");
        }

        @Test
        void readsTheLastOfCountsThatRun() {
            String running = delta("a").replace("}]}", "}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}");
            String last = running.replace("_tokens\":1", "_tokens\":2");

            assertThat(exact(stream(running, last, "[DONE]"))).isEqualTo(tokens(9, 2));
            UsageReading.Partial cut = partial(read(stream(running, last)));
            assertThat(cut.why()).isEqualTo(UsageGap.TRUNCATED);
            assertThat(cut.seen()).isEqualTo(tokens(9, 2));
        }

        @Test
        void estimatesAStreamThatWasNotAskedForUsageAndNeverCallsItNothing() {
            String text = "x".repeat(80);

            UsageReading.Absent absent = absent(read(stream(delta(text), delta("a"), delta("b"), "[DONE]")));

            assertThat(absent.why()).isEqualTo(UsageGap.NOT_REPORTED);
            assertThat(absent.estimate()).isEqualTo(tokens(100, 21));
        }

        @Test
        void countsOneTokenADeltaAtLeast() {
            assertThat(absent(read(stream(delta("a"), delta("b"), delta("c"), "[DONE]")))
                            .estimate())
                    .isEqualTo(tokens(100, 3));
        }

        @Test
        void countsReasoningAndArgumentsOfToolsInAnEstimate() {
            String reasoning = "{\"choices\":[{\"delta\":{\"reasoning_content\":\"" + "r".repeat(40) + "\"}}]}";
            String tool = "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"" + "t".repeat(40)
                    + "\"}}]}}]}";

            assertThat(absent(read(stream(reasoning, tool, "[DONE]"))).estimate())
                    .isEqualTo(tokens(100, 20));
        }

        @Test
        void saysThatAStreamEndedInAnError() {
            UsageReading.Absent absent = absent(read(stream(delta("Hi"), "{\"error\":{\"message\":\"no\"}}")));

            assertThat(absent.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
            assertThat(absent.estimate().count(UsageUnit.OUTPUT)).isEqualTo(1);
        }

        @Test
        void isTruncatedWithoutItsEndHoweverTheBodyEnded() {
            assertThat(absent(read(stream(delta("Hi")))).why()).isEqualTo(UsageGap.TRUNCATED);
            assertThat(exact(stream(delta("Hi"), SUM)).count(UsageUnit.OUTPUT)).isEqualTo(56);
        }

        @Test
        void isNeverExactBeforeTheWholeOfItsUsageHasCome() {
            Wire wire = stream(delta("Hi"), SUM, "[DONE]");
            int whole = new String(wire.body().array(), StandardCharsets.UTF_8).indexOf("\"flex\"}") + 7;

            for (int cut = 0; cut < wire.length(); cut++) {
                UsageReading reading = wire.brokenAt(cut);
                assertThat(reading instanceof UsageReading.Exact)
                        .as("cut at %d", cut)
                        .isEqualTo(cut >= whole);
            }
        }

        private static Wire document(String body) {
            return wire(WireFormat.CHAT_COMPLETIONS, GPT, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        }

        private static Wire stream(String... data) {
            return sse(WireFormat.CHAT_COMPLETIONS, GPT, data);
        }

        private static String delta(String text) {
            return "{\"id\":\"c\",\"service_tier\":\"flex\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                    + "\"}}]}";
        }
    }

    @Nested
    class ResponsesRoute {
        private static final String USAGE = "\"usage\":{\"input_tokens\":88,\"input_tokens_details\":"
                + "{\"cached_tokens\":0,\"cache_write_tokens\":86},\"output_tokens\":14,"
                + "\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":102}";
        private static final String CREATED =
                "{\"type\":\"response.created\",\"response\":{\"service_tier\":\"auto\",\"usage\":null,\"error\":null}}";
        private static final String DELTA = "{\"type\":\"response.output_text.delta\",\"delta\":\"abcdefgh\"}";

        @Test
        void takesWhatWasCachedAndWrittenOffTheInput() {
            Wire wire = wire(
                    WireFormat.RESPONSES,
                    GPT,
                    Map.of(),
                    ("{\"status\":\"completed\",\"error\":null,\"service_tier\":\"default\"," + USAGE + "}")
                            .getBytes(StandardCharsets.UTF_8));

            assertThat(exact(wire)).isEqualTo(tokens(2, 14).with(UsageUnit.CACHE_WRITE_30M, 86));
            assertThat(wire.whole().served().serviceTier()).isEqualTo("default");
        }

        @ParameterizedTest
        @ValueSource(strings = {"completed", "incomplete", "failed"})
        void readsTheUsageOfTheResponseInTheLastEvent(String end) {
            String last = "{\"response\":{\"error\":null,\"service_tier\":\"flex\"," + USAGE + "},\"type\":\"response."
                    + end + "\"}";

            assertThat(exact(sse(WireFormat.RESPONSES, GPT, CREATED, DELTA, last)))
                    .isEqualTo(tokens(2, 14).with(UsageUnit.CACHE_WRITE_30M, 86));
        }

        @Test
        void estimatesAResponseThatFailedWithoutUsage() {
            String failed = "{\"type\":\"response.failed\",\"response\":{\"usage\":null,\"error\":{\"code\":\"x\"}}}";
            String error = "{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"sorry\"}";

            for (String end : new String[] {failed, error}) {
                UsageReading.Absent absent = absent(read(sse(WireFormat.RESPONSES, GPT, CREATED, DELTA, end)));
                assertThat(absent.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
                assertThat(absent.estimate()).isEqualTo(tokens(100, 2));
            }
        }

        @Test
        void estimatesAStreamThatBreaks() {
            UsageReading.Absent absent = absent(sse(WireFormat.RESPONSES, GPT, CREATED, DELTA, DELTA)
                    .brokenAt(sse(WireFormat.RESPONSES, GPT, CREATED, DELTA, DELTA)
                            .length()));

            assertThat(absent.why()).isEqualTo(UsageGap.TRUNCATED);
            assertThat(absent.estimate()).isEqualTo(tokens(100, 4));
        }
    }

    @Nested
    class Messages {
        private static final String START = "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,"
                + "\"cache_creation_input_tokens\":1956,\"cache_read_input_tokens\":9511,\"cache_creation\":"
                + "{\"ephemeral_5m_input_tokens\":56,\"ephemeral_1h_input_tokens\":1900},\"output_tokens\":2}}}";
        private static final String DELTA =
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"abcdefghijkl\"}}";
        private static final String END =
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":44}}";
        private static final String STOP = "{\"type\":\"message_stop\"}";
        private static final Usage WHOLE = tokens(3, 44)
                .with(UsageUnit.CACHE_READ, 9511)
                .with(UsageUnit.CACHE_WRITE_5M, 56)
                .with(UsageUnit.CACHE_WRITE_1H, 1900);

        @Test
        void readsOneDocument() {
            String body = "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],\"usage\":{"
                    + "\"input_tokens\":3,\"cache_creation_input_tokens\":1956,\"cache_read_input_tokens\":9511,"
                    + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":56,\"ephemeral_1h_input_tokens\":1900},"
                    + "\"output_tokens\":44,\"service_tier\":\"standard\"}}";

            assertThat(exact(wire(WireFormat.MESSAGES, CLAUDE, Map.of(), body.getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(WHOLE);
        }

        @Test
        void readsInputAtTheStartAndOutputAtTheEndOfAStream() {
            assertThat(exact(stream(START, "{\"type\":\"ping\"}", DELTA, DELTA, END, STOP)))
                    .isEqualTo(WHOLE);
        }

        @Test
        void letsTheEndOfAStreamCorrectItsStart() {
            String end = END.replace("{\"output", "{\"input_tokens\":5,\"cache_read_input_tokens\":null,\"output");

            assertThat(exact(stream(START, DELTA, end, STOP))).isEqualTo(WHOLE.with(UsageUnit.INPUT, 5));
        }

        @Test
        void isExactOnceTheOutputIsFinalWhoeverBreaksTheStreamThen() {
            Wire wire = stream(START, DELTA, END, STOP);
            int whole = new String(wire.body().array(), StandardCharsets.UTF_8).indexOf(":44}}") + 5;

            for (int cut = 0; cut < wire.length(); cut++) {
                assertThat(wire.brokenAt(cut) instanceof UsageReading.Exact)
                        .as("cut at %d", cut)
                        .isEqualTo(cut >= whole);
            }
        }

        @Test
        void estimatesTheOutputOfAStreamThatEndsInAnError() {
            String error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}";

            UsageReading.Partial partial = partial(read(stream(START, DELTA, DELTA, error)));

            assertThat(partial.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
            assertThat(partial.seen()).isEqualTo(WHOLE.with(UsageUnit.OUTPUT, 2));
            assertThat(partial.estimate()).isEqualTo(WHOLE.with(UsageUnit.OUTPUT, 6));
        }

        private static Wire stream(String... data) {
            return sse(WireFormat.MESSAGES, CLAUDE, data);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"CHAT_COMPLETIONS", "RESPONSES", "MESSAGES"})
    void countsNothingOfAnAnswerThatSaysThereIsNoSuchOperation(WireFormat format) {
        String coral =
                "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},\"Version\":\"1.0\"}";
        String flat = "{\"__type\":\"UnknownOperationException\"}";
        var expected = new UsageReading.Absent(Usage.NONE, UsageGap.NOT_AN_INFERENCE, Served.SILENT);

        assertThat(read(wire(format, CLAUDE, Map.of(), coral.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(expected);
        assertThat(read(wire(format, CLAUDE, Map.of(), flat.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(expected);
        assertThat(read(wire(
                        format,
                        CLAUDE,
                        Map.of("x-amzn-ErrorType", "UnknownOperationException:http://x/"),
                        new byte[0])))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"COUNT_TOKENS", "BATCH_JOB", "UNBILLED"})
    void countsNothingOfACallThatIsFree(WireFormat format) {
        byte[] body = "{\"inputTokens\":7,\"usage\":{\"input_tokens\":9}}".getBytes(StandardCharsets.UTF_8);

        assertThat(exact(wire(format, CLAUDE, Map.of(), body))).isEqualTo(Usage.NONE);
        assertThat(wire(format, CLAUDE, Map.of(), body).brokenAt(3)).isInstanceOf(UsageReading.Exact.class);
    }

    @Test
    void readsAStreamThatIsNoJsonAsSuch() {
        UsageReading reading = read(sse(WireFormat.MESSAGES, CLAUDE, "hello", "{\"usage\":{\"output_tokens\":1}"));

        assertThat(absent(reading).why()).isEqualTo(UsageGap.MALFORMED_JSON);
    }
}
