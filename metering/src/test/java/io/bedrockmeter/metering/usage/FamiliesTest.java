package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamiliesTest {
    @Test
    void readsEveryFileOfTheFolder() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(Families.class.getResource("/families")).toURI());

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Families.VENDORS.stream()
                            .map(vendor -> vendor + ".json")
                            .toList());
        }
    }

    @Test
    void namesEachFamilyOnceAndEachBeginningOnce() {
        assertThat(Families.all().stream().map(Family::name)).doesNotHaveDuplicates();
        assertThat(Families.all().stream().flatMap(family -> family.ids().stream()))
                .doesNotHaveDuplicates();
        assertThat(Families.all().getFirst().name()).isEqualTo("generic");
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-opus-5-5, claude",
        "anthropic.claude-instant-v1, claude",
        "global.anthropic.claude-sonnet-4-6, claude",
        "us.amazon.nova-lite-v1:0, nova",
        "amazon.nova-2-multimodal-embeddings-v1:0, nova-embed",
        "amazon.titan-text-lite-v1, titan-text",
        "amazon.titan-embed-text-v2:0, titan-embed",
        "meta.llama3-2-1b-instruct-v1:0, llama",
        "mistral.mixtral-8x7b-instruct-v0:1, mistral",
        "cohere.command-light-text-v14, cohere-command",
        "cohere.command-r-plus-v1:0, cohere-command-r",
        "cohere.embed-v4:0, cohere-embed",
        "cohere.rerank-v3-5:0, cohere-rerank",
        "amazon.rerank-v1:0, amazon-rerank",
        "ai21.j2-ultra-v1, ai21-j2",
        "ai21.jamba-instruct-v1:0, ai21-jamba",
        "openai.gpt-oss-120b-1:0, gpt",
        "openai.gpt-5.6-luna, gpt-5.6",
        "moonshotai.kimi-k3, kimi",
        "amazon.nova-canvas-v1:0, nova-canvas",
        "amazon.nova-reel-v1:1, nova-reel",
        "amazon.nova-2-sonic-v1:0, nova-sonic",
        "amazon.titan-image-generator-v2:0, titan-image",
        "stability.stable-image-core-v1:1, stability-image",
        "stability.stable-diffusion-xl-v1, stable-diffusion",
        "stability.stable-diffusion-xl-v0, stable-diffusion-v0",
        "luma.ray-v2:0, luma-ray",
        "us.twelvelabs.pegasus-1-2-v1:0, pegasus",
        "twelvelabs.marengo-embed-3-0-v1:0, marengo",
        "deepseek.v3-v1:0, deepseek",
        "us.deepseek.r1-v1:0, deepseek-r1",
        "qwen.qwen3-32b-v1:0, qwen",
        "google.gemma-3-27b-it, gemma",
        "minimax.minimax-m2, minimax",
        "nvidia.nemotron-nano-12b-v2, nemotron",
        "zai.glm-4.7-flash, glm",
        "us.xai.grok-4.7, grok",
        "writer.palmyra-x5-v1:0, palmyra",
        "mistral.voxtral-mini-3b-2507, mistral",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl, generic",
        "nonsense, generic"
    })
    void findsTheFamilyOfAModel(String model, String family) {
        assertThat(Families.of(ModelRef.parse(model)).name()).isEqualTo(family);
    }
}
