package io.bedrockmeter.metering.pricing.offers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfferImportTest {
    private static final String BEDROCK = "AmazonBedrock";
    private static final String MARKETPLACE = "AmazonBedrockFoundationModels";

    /** What each usage type means: model, routing, tariff, band, unit, attributes, USD for one, endpoint. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = """
        USE1-NovaMicro-input-tokens | 1K tokens | 0.0000350000 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo on_demand base input - 0.000000035 runtime
        USE1-NovaMicro-input-tokens-batch | 1K tokens | 0.0000175000 | model=Nova Micro;feature=Batch Inference;inferenceType=Input tokens | amazon.nova-micro-v1:0 in_region_or_geo batch base input - 0.0000000175 runtime
        USE1-NovaMicro-cache-read-input-token-count | 1K tokens | 0.0000087500 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo on_demand base cache_read - 0.00000000875 runtime
        USE1-NovaMicro-cache-write-input-token-count | 1K tokens | 0.0000000000 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo on_demand base cache_write_5m - 0 runtime
        USE1-NovaMicro-input-tokens-custom-model | 1K tokens | 0.0000350000 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo on_demand_custom_model base input - 0.000000035 runtime
        USE1-NovaMicro-Customization-Training | 1K tokens | 0.0010000000 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo customization base training_token - 0.000001 runtime
        USE1-NovaMicro-Customization-Storage | Model/month | 1.95 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo customization base custom_model_storage_month - 1.95 runtime
        USE1-NovaMicro-ProvisionedThroughput-NoCommit-ModelUnits | hour | 60.50 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo provisioned_no_commit base model_unit_hour - 60.5 runtime
        USE1-NovaMicro-ProvisionedThroughput-1month-ModelUnits | hour | 55.00 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo provisioned_1mo base model_unit_hour - 55 runtime
        USE1-NovaMicro-ProvisionedThroughput-6months-ModelUnits | hour | 30.25 | model=Nova Micro | amazon.nova-micro-v1:0 in_region_or_geo provisioned_6mo base model_unit_hour - 30.25 runtime
        APN1-NovaCanvas-T2I-1024-Standard | image | 0.0400000000 | model=Nova Canvas | amazon.nova-canvas-v1:0 in_region_or_geo on_demand base image quality=standard;resolution=1024;task=T2I 0.04 runtime
        APN1-Nova2.0Lite-output-tokens-cross-region-global | 1K tokens | 0.0030100000 | model=Nova 2.0 Lite | amazon.nova-2-lite-v1:0 global on_demand base output - 0.00000301 runtime
        USW2-Nova2.0Lite-input-tokens-priority-cross-region-global | 1K tokens | 0.000525 | - | amazon.nova-2-lite-v1:0 global priority base input - 0.000000525 runtime
        USE1-Qwen3-32B-input-tokens-flex | 1K tokens | 0.000075 | model=Qwen3 32B | qwen.qwen3-32b-v1:0 in_region_or_geo flex base input - 0.000000075 runtime
        USE1-qwen.qwen3-32b-mantle-input-tokens-flex | 1K tokens | 0.000075 | model=qwen.qwen3-32b;service_tier=flex | qwen.qwen3-32b in_region_or_geo flex base input - 0.000000075 mantle
        USE1-xai.grok-4.3-mantle-input-tokens-standard | 1M tokens | 1.25 | - | xai.grok-4.3 in_region_or_geo on_demand base input - 0.00000125 mantle
        USW2-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-standard | 1K tokens | 0.004125 | - | moonshotai.kimi-k3 in_region_or_geo on_demand base cache_write_30m - 0.000004125 mantle
        APN1-TitanEmbeddingsG1-Text-input-tokens | 1K tokens | 0.0002 | titanModel=TitanEmbeddingsG1-Text | amazon.titan-embed-text-v1 in_region_or_geo on_demand base input - 0.0000002 runtime
        USE1-NovaMultiModalEmbeddings-input-document-image | Images Processed | 0.0006 | - | amazon.nova-2-multimodal-embeddings-v1:0 in_region_or_geo on_demand base image_input kind=document 0.0006 runtime
        USE1-NovaMultiModalEmbeddings-input-audio-second | seconds | 0.00014 | - | amazon.nova-2-multimodal-embeddings-v1:0 in_region_or_geo on_demand base audio_input_second - 0.00014 runtime
        USW2-Ray-V2-Medfps-HDRes | Second | 1.50 | model=Ray v2 | luma.ray-v2:0 in_region_or_geo on_demand base video_second fps=24;resolution=720p 1.5 runtime
        USW2-Ray-V2-Medfps-StandardRes | Second | 0.75 | model=Ray v2 | luma.ray-v2:0 in_region_or_geo on_demand base video_second fps=24;resolution=540p 0.75 runtime
        USE1-Llama-CustomModelImport-Inference-v1:0 | Custom Model Unit per Min | 0.05718 | - | custom-model-import in_region_or_geo custom_model_import base custom_model_unit_minute cmuVersion=v1;family=Llama 0.05718 runtime
        USE1-OSS-CustomModelImport-Inference-v2:0 | Custom Model Unit per Min | 0.1433 | - | custom-model-import in_region_or_geo custom_model_import base custom_model_unit_minute cmuVersion=v2;family=OSS 0.1433 runtime
        USE1-Guardrail-ContentPolicyUnitsConsumed | TextUnit | 0.00015 | - | bedrock-guardrails in_region_or_geo on_demand base guardrail_content - 0.00015 runtime
        USE1-Guardrail-ContentPolicyImageUnitsConsumed | image | 0.00075 | - | bedrock-guardrails in_region_or_geo on_demand base guardrail_content_image - 0.00075 runtime
        USE1-Guardrail-SensitiveInformationPolicyFreeUnitsConsumed | TextUnit | 0 | - | bedrock-guardrails in_region_or_geo on_demand base guardrail_sensitive_information_free - 0 runtime
        USE1-GuardrailChecks-PromptAttackCheckUnitsConsumed | TextUnit | 0.00008 | - | bedrock-guardrail-checks in_region_or_geo on_demand base guardrail_check_prompt_attack - 0.00008 runtime
        USE1-Bedrock-Websearch-Queries | Queries | 0.012 | - | bedrock-websearch in_region_or_geo on_demand base web_search_query - 0.012 runtime
        USE1-Nova2.0Lite-nova-grounding | Requests | 0.03 | model=Nova 2.0 Lite | amazon.nova-2-lite-v1:0 in_region_or_geo on_demand base web_grounding_request - 0.03 runtime
        EU-Claude4.5Sonnet-reserved-1-month-input-tokens-per-minute-cross-region-global | 1KTPMHour | 0.198 | feature=Reserved - 1 Month | anthropic.claude-sonnet-4-5-20250929-v1:0 global reserved_1mo base input_ktpm_hour - 0.198 runtime
        """)
    void readsWhatTheBedrockOfferPrints(String usageType, String unit, String usd, String attributes, String expected) {
        assertEquals(List.of(expected), imported(BEDROCK, usageType, unit, usd, attributes));
    }

    @ParameterizedTest(name = "{0} of {3}")
    @CsvSource(delimiterString = " | ", textBlock = """
        USE1-MP:USE1_InputTokenCount-Units | Units | 3.30 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 in_region_or_geo on_demand base input - 0.0000033 runtime
        USE1-MP:USE1_InputTokenCount_Global-Units | 1M tokens | 3.00 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 global on_demand base input - 0.000003 runtime
        USE1-MP:USE1_InputTokenCount_Global_Batch-Units | Units | 1.50 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 global batch base input - 0.0000015 runtime
        USE1-MP:USE1_InputTokenCount_Batch-Units | Units | 1.65 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 in_region_or_geo batch base input - 0.00000165 runtime
        USE1-MP:USE1_CacheReadInputTokenCount-Units | Units | 0.33 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 in_region_or_geo on_demand base cache_read - 0.00000033 runtime
        USE1-MP:USE1_CacheWriteInputTokenCount-Units | Units | 4.125 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 in_region_or_geo on_demand base cache_write_5m - 0.000004125 runtime
        USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units | Units | 6.00 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 global on_demand base cache_write_1h - 0.000006 runtime
        USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units | 1M TPM Hour | 0.198 | Claude Sonnet 4.6 | anthropic.claude-sonnet-4-6 in_region_or_geo reserved_1mo base input_ktpm_hour - 0.198 runtime
        USE1-MP:USE1_input_tokens_standard-Units | Units | 5.50 | Claude Opus 4.7 | anthropic.claude-opus-4-7 in_region_or_geo on_demand base input - 0.0000055 runtime
        USE1-MP:USE1_cache_write_tokens_1h_global_standard-Units | Units | 10.00 | Claude Opus 4.7 | anthropic.claude-opus-4-7 global on_demand base cache_write_1h - 0.00001 runtime
        USW2-MP:USW2_input_tokens_long_ctx_standard-Units | Units | 22 | GPT-6 Astra | openai.gpt-6-astra in_region_or_geo on_demand long_gt_272k input - 0.000022 runtime
        USW2-MP:USW2_OutputTokenCount_LatencyOptimized-Units | Units | 5.00 | Claude 3.5 Haiku | anthropic.claude-3-5-haiku-20241022-v1:0 in_region_or_geo latency_optimized base output - 0.000005 runtime
        USE1-MP:USE1_MillionBatchInputTokens-Units | Units | 1.50 | Claude 3.5 Sonnet | anthropic.claude-3-5-sonnet-20240620-v1:0 in_region_or_geo batch base input - 0.0000015 runtime
        USE1-MP:USE1_ProvisionedThroughput_NoCommit_ModelUnits_Usage-Units | Units | 176.00 | Claude 3.5 Sonnet | anthropic.claude-3-5-sonnet-20240620-v1:0 in_region_or_geo provisioned_no_commit base model_unit_hour - 176 runtime
        USE1-MP:USE1_ProvisionedThroughput_6MonthsCommit_ModelUnits_Usage-Units | Units | 88.00 | Claude 3.5 Sonnet | anthropic.claude-3-5-sonnet-20240620-v1:0 in_region_or_geo provisioned_6mo base model_unit_hour - 88 runtime
        USW2-MP:USW2_created_image-Units | Units | 0.08 | Stable Diffusion 3.5 Large | stability.sd3-5-large-v1:0 in_region_or_geo on_demand base image - 0.08 runtime
        USE1-MP:USE1_search_units-Units | Units | 0.002 | Cohere Rerank v3.5 | cohere.rerank-v3-5:0 in_region_or_geo on_demand base search_unit - 0.002 runtime
        """)
    void readsWhatTheMarketplacesOfferPrints(
            String usageType, String unit, String usd, String service, String expected) {
        assertEquals(
                List.of(expected),
                imported(MARKETPLACE, usageType, unit, usd, "servicename=" + service + " (Amazon Bedrock Edition)"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = """
        USE1-Nova2.0Omni-input-audio-token-count | 1K tokens | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens | 1M characters | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens | hour | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens | Units | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens-batch-flex | 1K tokens | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens-moonlit | 1K tokens | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens-long-context | 1K tokens | 0.001 | NOT_UNDERSTOOD
        USE1-NovaMicro-ProvisionedThroughput-12months-ModelUnits | hour | 1 | NOT_UNDERSTOOD
        USE1-NovaReel-HDResolution-output-seconds | video | 0.08 | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens | 1K tokens | a lot | NOT_UNDERSTOOD
        USE1-NovaMicro-input-tokens | 1K tokens | -1 | NOT_UNDERSTOOD
        USE1-NovaGiga-input-tokens | 1K tokens | 0.001 | UNKNOWN_NAME
        USE1-xai.grok-4-mantle-input-tokens-standard | 1M tokens | 1 | UNKNOWN_NAME
        USE1-Flows-NodeTransitions | 1K Requests | 0.035 | OF_SOMETHING_ELSE
        """)
    void saysOfEveryOtherRowWhyItWasNotTaken(String usageType, String unit, String usd, Remark.Kind why) {
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read(
                "index.json",
                new OfferSheet(BEDROCK).row("us-east-1", usageType, unit, usd).json(),
                ""));
        ImportedBook book = offers.finish();
        assertEquals(List.of(), book.priceLines());
        assertEquals(List.of(why), book.remarks().stream().map(Remark::kind).toList(), () -> "" + book.remarks());
        assertTrue(book.remarks().getFirst().row().contains(usageType));
    }

    @Test
    void takesTheSamePriceTwiceAndOfTwoPricesNeither() {
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read(
                "index.json",
                new OfferSheet(BEDROCK)
                        .row("us-east-1", "USE1-NovaMicro-input-tokens", "1K tokens", "0.000035", "model", "Nova Micro")
                        .row("us-east-1", "USE1-NovaMicro-input-tokens", "1M tokens", "0.035", "model", "Nova Micro")
                        .row("us-east-1", "USE1-NovaPro-input-tokens", "1K tokens", "0.0008", "model", "Nova Pro")
                        .row("us-east-1", "USE1-NovaPro-input-tokens", "1K tokens", "0.0009", "model", "Nova Pro")
                        .json(),
                ""));
        ImportedBook book = offers.finish();
        assertEquals(List.of("amazon.nova-micro-v1:0"), models(book));
        assertEquals(1, book.remarks(Remark.Kind.CONFLICT).size());
    }

    @Test
    void takesMisprintsAndSaysSo() {
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read(
                "index.json",
                new OfferSheet(BEDROCK)
                        .row("ca-west-1", "CAW1-Nova2.0Lite-input-tokens-cross-region-global", "1K tokens", "0.00034")
                        .row(
                                "ca-west-1",
                                "CAW1-Nova2.0Lite-cache-read-input-token-count-cross-region-global",
                                "1K tokens",
                                "0.00085")
                        .row("eu-central-1", "EUC1-Nova2.0Lite-output-tokens-batch", "1K tokens", "0.0019785")
                        .row("eu-central-1", "EUC1-Nova2.0Lite-output-tokens-flex", "1K tokens", "0.0017985")
                        .json(),
                ""));
        ImportedBook book = offers.finish();
        assertEquals(4, book.priceLines().size());
        assertEquals(2, book.remarks(Remark.Kind.IMPLAUSIBLE).size());
        assertEquals(
                2,
                book.priceLines().stream()
                        .filter(line -> line.endsWith(",implausible"))
                        .count());
    }

    @Test
    void readsTheSameOfJsonAndCsv() {
        OfferSheet sheet = new OfferSheet(BEDROCK)
                .row(
                        "us-east-1",
                        "USE1-NovaMicro-input-tokens",
                        "1K tokens",
                        "0.000035",
                        "model",
                        "Nova Micro",
                        "feature",
                        "On-demand Inference")
                .row(
                        "eu-west-1",
                        "EU-NovaMicro-output-tokens-batch",
                        "1K tokens",
                        "0.00007",
                        "model",
                        "Nova Micro",
                        "feature",
                        "Batch Inference")
                .row(
                        "ap-northeast-1",
                        "APN1-TitanEmbeddingsG1-Text-input-tokens",
                        "1K tokens",
                        "0.0002",
                        "titanModel",
                        "TitanEmbeddingsG1-Text");
        assertEquals(lines(sheet.json()), lines(sheet.csv()));
        assertEquals(3, lines(sheet.csv()).size());
    }

    @Test
    void readsRateCardsOfAgreementsForTheRegionGiven() {
        String card = """
            {"modelId": "openai.gpt-6-astra", "retrievedAt": "2026-10-08",
             "offers": [{"offerId": "o", "termDetails": {"usageBasedPricingTerm": {"rateCard": [
               {"dimension": "input_tokens_global_standard", "price": "10", "unit": "Units"},
               {"dimension": "cached_input_tokens_batch", "price": "0.5", "unit": "Units"},
               {"dimension": "cache_write_tokens_30m_flex", "price": "6.25", "unit": "Units"},
               {"dimension": "USW2_InputTokenCount_LCtx_Global", "price": "20", "unit": "Units"}]}}}]}
            """;
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read("card.json", card.getBytes(StandardCharsets.UTF_8), "us-west-2"));
        assertEquals(
                List.of(
                        "openai.gpt-6-astra global on_demand base input - 0.00001 runtime",
                        "openai.gpt-6-astra in_region_or_geo batch base cache_read - 0.0000005 runtime",
                        "openai.gpt-6-astra in_region_or_geo flex base cache_write_30m - 0.00000625 runtime",
                        "openai.gpt-6-astra global on_demand long_gt_272k input - 0.00002 runtime"),
                offers.finish().priceLines().stream()
                        .map(OfferImportTest::essence)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", textBlock = """
        hello | begins neither like JSON nor like CSV
        {"offerCode": | cut or damaged JSON
        {"a": 1} | neither an offer file
        {"offers": []} | does not say of which model
        "SKU","a" | which is no date
        "FormatVersion","v1.0" | no line of column names
        """)
    void refusesWhatIsNoPriceFileAndSaysWhatItLacks(String text, String why) {
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> OfferFile.read("prices.txt", text.getBytes(StandardCharsets.UTF_8), "us-east-1"));
        assertTrue(String.valueOf(wrong.getMessage()).contains(why), wrong::getMessage);
        assertTrue(String.valueOf(wrong.getMessage()).startsWith("prices.txt"), wrong::getMessage);
    }

    @Test
    void refusesAFileThatWasCutAnywhere() {
        byte[] whole = new OfferSheet(BEDROCK)
                .row("us-east-1", "USE1-NovaMicro-input-tokens", "1K tokens", "0.000035", "model", "Nova Micro")
                .json();
        IntStream.range(1, whole.length)
                .forEach(length -> assertThrows(
                        IllegalArgumentException.class,
                        () -> OfferFile.read("index.json", Arrays.copyOf(whole, length), ""),
                        () -> "cut after " + length));
    }

    private static List<String> imported(String offer, String usageType, String unit, String usd, String attributes) {
        List<String> named = new ArrayList<>();
        if (!attributes.equals("-")) {
            for (String pair : attributes.split(";", -1)) {
                named.addAll(List.of(pair.split("=", 2)));
            }
        }
        OfferSheet sheet = new OfferSheet(offer).row("us-east-1", usageType, unit, usd, named.toArray(String[]::new));
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read("index.json", sheet.json(), ""));
        ImportedBook book = offers.finish();
        return book.remarks().isEmpty()
                ? book.priceLines().stream().map(OfferImportTest::essence).toList()
                : book.remarks().stream().map(String::valueOf).toList();
    }

    private static List<String> lines(byte[] file) {
        OfferImport offers = new OfferImport();
        offers.add(OfferFile.read("file", file, ""));
        ImportedBook book = offers.finish();
        assertEquals(List.of(), book.remarks());
        return book.priceLines();
    }

    private static List<String> models(ImportedBook book) {
        return book.priceLines().stream()
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
    }

    private static String essence(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        return String.join(" ", fields.subList(0, 7)) + " " + fields.get(8);
    }
}
