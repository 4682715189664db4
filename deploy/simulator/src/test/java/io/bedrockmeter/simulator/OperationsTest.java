package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.GuardrailScript;
import io.bedrockmeter.simulator.script.GuardrailScript.Action;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailResponse;
import software.amazon.awssdk.services.bedrockruntime.model.AsyncInvokeStatus;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConflictException;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensInput;
import software.amazon.awssdk.services.bedrockruntime.model.GetAsyncInvokeResponse;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksContentFilterCategoryConfig;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksMessage;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksPromptAttackCategoryConfig;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentSource;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** The operations that run no model, or run one later, by the unmodified SDK. */
class OperationsTest {
    private static final String REEL = "amazon.nova-reel-v1:1";
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(START);
    private static final InstantSource CLOCK = NOW::get;

    @RegisterExtension
    static final Running RUNNING =
            Running.with(SimulatorOptions.defaults().withVerifySignatures(false).withClock(CLOCK));

    @BeforeEach
    void begin() {
        NOW.set(START);
    }

    @Test
    void countsTokensOfBareIdentifiersForNothing() {
        int tokens = RUNNING.clients()
                .sync()
                .countTokens(
                        request -> request.modelId("anthropic.claude-sonnet-5").input(invokeInput()))
                .inputTokens();

        assertThat(tokens).isPositive();
        assertThatThrownBy(() -> RUNNING.clients()
                        .sync()
                        .countTokens(request ->
                                request.modelId("us.anthropic.claude-sonnet-5").input(invokeInput())))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("doesn't support counting tokens");
        assertThat(RUNNING.simulator().truth()).hasSize(2).noneMatch(TruthEntry::billed);
    }

    @Test
    void aGuardrailIsBilledByThePolicyAndByAThousandCharacters() {
        ApplyGuardrailResponse response = apply("x".repeat(1001));

        assertThat(response.actionAsString()).isEqualTo("NONE");
        assertThat(response.usage().contentPolicyUnits()).isEqualTo(2);
        assertThat(response.assessments().get(0).invocationMetrics().usage()).isEqualTo(response.usage());
        assertThat(RUNNING.truth().operation()).isEqualTo("ApplyGuardrail");
        assertThat(RUNNING.truth().modelId()).isEqualTo("gr1abcdefghi");
        assertThat(RUNNING.truth().units())
                .isEqualTo(Map.of(
                        "guardrail_content", 2L,
                        "guardrail_topic", 2L,
                        "guardrail_word", 2L,
                        "guardrail_sensitive_information", 2L));
        // 2 × (0.15 + 0.15 + 0.10) for a thousand units; words are free
        assertThat(RUNNING.truth().usd()).isEqualTo("0.0008");
    }

    @Test
    void whatAGuardrailFindsIsScripted() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .forOperation("ApplyGuardrail")
                        .withGuardrail(
                                GuardrailScript.of(Action.BLOCK_INPUT).withUnits(Map.of("guardrail_topic", 3L))));

        ApplyGuardrailResponse response = apply("hello");

        assertThat(response.actionAsString()).isEqualTo("GUARDRAIL_INTERVENED");
        assertThat(response.outputs()).hasSize(1);
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("guardrail_topic", 3L));
    }

    @Test
    void guardrailChecksAreBilledByTheCheck() {
        GuardrailChecksMessage message = GuardrailChecksMessage.builder()
                .role("user")
                .content(GuardrailChecksContentBlock.fromText("hello"))
                .build();
        GuardrailChecksContentFilterCategoryConfig hate = GuardrailChecksContentFilterCategoryConfig.builder()
                .category("HATE")
                .build();
        GuardrailChecksPromptAttackCategoryConfig jailbreak = GuardrailChecksPromptAttackCategoryConfig.builder()
                .category("JAILBREAK")
                .build();

        var response = RUNNING.clients()
                .sync()
                .invokeGuardrailChecks(request -> request.messages(message)
                        .checks(checks -> checks.contentFilter(filter -> filter.categories(hate))
                                .promptAttack(attack -> attack.categories(jailbreak))));

        assertThat(response.usage().contentFilter().textUnits()).isEqualTo(1);
        assertThat(response.usage().promptAttack().textUnits()).isEqualTo(1);
        assertThat(response.usage().sensitiveInformation()).isNull();
        assertThat(RUNNING.truth().units())
                .isEqualTo(Map.of("guardrail_check_content_filter", 1L, "guardrail_check_prompt_attack", 1L));
        assertThat(RUNNING.truth().usd()).isEqualTo("0.00015");
    }

    @Test
    void aJobIsInProgressUntilItsTimeIsOver() {
        RUNNING.simulator().script(Script.NORMAL.withJob(JobScript.completesAfter(5000)));
        String arn = start("token-1", 12);

        AsyncInvokeStatus before = get(arn).status();
        NOW.set(START.plus(Duration.ofSeconds(5)));
        GetAsyncInvokeResponse after = get(arn);

        assertThat(arn).matches("arn:aws:bedrock:us-east-1:[0-9]{12}:async-invoke/[a-z0-9]{12}");
        assertThat(before).isEqualTo(AsyncInvokeStatus.IN_PROGRESS);
        assertThat(after.status()).isEqualTo(AsyncInvokeStatus.COMPLETED);
        assertThat(after.endTime()).isEqualTo(START.plusSeconds(5));
        assertThat(after.modelArn()).endsWith("foundation-model/" + REEL);
        TruthEntry started = RUNNING.simulator().truth().get(0);
        assertThat(started.units()).isEqualTo(Map.of("video_second", 12L));
        assertThat(started.usd()).isEqualTo("0.96");
        assertThat(RUNNING.simulator().truth()).filteredOn(TruthEntry::billed).hasSize(1);
    }

    @Test
    void aTokenStartsAJobOnce() {
        String first = start("token-1", 6);

        String again = start("token-1", 6);
        String other = start("token-2", 6);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThatThrownBy(() -> start("token-1", 12)).isInstanceOf(ConflictException.class);
        assertThat(RUNNING.simulator().truth()).filteredOn(TruthEntry::billed).hasSize(2);
    }

    @Test
    void aJobThatFailsIsNotBilled() {
        RUNNING.simulator().script(Script.NORMAL.withJob(JobScript.failsAfter(1000, "no such bucket")));
        String arn = start("token-1", 6);
        NOW.set(START.plusSeconds(1));

        GetAsyncInvokeResponse response = get(arn);

        assertThat(response.status()).isEqualTo(AsyncInvokeStatus.FAILED);
        assertThat(response.failureMessage()).isEqualTo("no such bucket");
        assertThat(RUNNING.simulator().truth()).noneMatch(TruthEntry::billed);
    }

    @Test
    void listsJobsByStateAndByThePage() {
        RUNNING.simulator().script(Script.NORMAL.withJob(JobScript.completesAfter(1)));
        String done = start("token-1", 6);
        NOW.set(START.plusSeconds(1));
        String second = start("token-2", 6);
        String third = start("token-3", 6);

        var completed = RUNNING.clients().sync().listAsyncInvokes(request -> request.statusEquals("Completed"));
        List<String> all = RUNNING
                .clients()
                .sync()
                .listAsyncInvokesPaginator(request -> request.maxResults(1).sortOrder("Ascending"))
                .stream()
                .flatMap(page -> page.asyncInvokeSummaries().stream())
                .map(summary -> summary.invocationArn())
                .toList();

        assertThat(completed.asyncInvokeSummaries()).singleElement().returns(done, summary -> summary.invocationArn());
        assertThat(all).containsExactly(done, second, third);
    }

    @Test
    void aModelForWaitingCannotBeInvokedAtOnce() {
        assertThatThrownBy(() -> RUNNING.clients()
                        .sync()
                        .invokeModel(request -> request.modelId(REEL).body(SdkBytes.fromUtf8String("{}"))))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void aGetOfAnUnknownJobIsRefused() {
        assertThatThrownBy(() -> get("arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl"))
                .isInstanceOf(BedrockRuntimeException.class);
    }

    private static CountTokensInput invokeInput() {
        return CountTokensInput.fromInvokeModel(body ->
                body.body(SdkBytes.fromUtf8String("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")));
    }

    private static ApplyGuardrailResponse apply(String text) {
        return RUNNING.clients()
                .sync()
                .applyGuardrail(request -> request.guardrailIdentifier("gr1abcdefghi")
                        .guardrailVersion("1")
                        .source(GuardrailContentSource.INPUT)
                        .content(GuardrailContentBlock.fromText(block -> block.text(text))));
    }

    private static String start(String token, int seconds) {
        Document input = Document.fromMap(Map.of(
                "taskType", Document.fromString("TEXT_VIDEO"),
                "videoGenerationConfig", Document.fromMap(Map.of("durationSeconds", Document.fromNumber(seconds)))));
        return RUNNING.clients()
                .sync()
                .startAsyncInvoke(request -> request.modelId(REEL)
                        .clientRequestToken(token)
                        .modelInput(input)
                        .outputDataConfig(output -> output.s3OutputDataConfig(s3 -> s3.s3Uri("s3://bucket/films"))))
                .invocationArn();
    }

    private static GetAsyncInvokeResponse get(String arn) {
        return RUNNING.clients().sync().getAsyncInvoke(request -> request.invocationArn(arn));
    }
}
