package io.bedrockmeter.metering.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.bedrockmeter.metering.model.ModelRef.ApplicationProfile;
import io.bedrockmeter.metering.model.ModelRef.CustomModel;
import io.bedrockmeter.metering.model.ModelRef.CustomModelDeployment;
import io.bedrockmeter.metering.model.ModelRef.FoundationModel;
import io.bedrockmeter.metering.model.ModelRef.ImportedModel;
import io.bedrockmeter.metering.model.ModelRef.MarketplaceEndpoint;
import io.bedrockmeter.metering.model.ModelRef.Prompt;
import io.bedrockmeter.metering.model.ModelRef.PromptRouter;
import io.bedrockmeter.metering.model.ModelRef.ProvisionedModel;
import io.bedrockmeter.metering.model.ModelRef.SystemProfile;
import io.bedrockmeter.metering.model.ModelRef.Unrecognized;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRefTest {
    private static final String ACCOUNT_ARN = "arn:aws:bedrock:us-east-1:123456789012:";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anthropic.claude-3-haiku-20240307-v1:0",
                "anthropic.claude-opus-5-5",
                "anthropic.claude-v2",
                "anthropic.claude-v2:1",
                "deepseek.r1-v1:0",
                "deepseek.v3.2",
                "minimax.minimax-m2.1",
                "openai.gpt-5.6-luna",
                "openai.gpt-oss-120b-1:0",
                "mistral.mistral-7b-instruct-v0:2",
                "cohere.embed-v4:0",
                "zai.glm-4.7-flash",
                "xai.grok-4.3",
                "ai21.jamba-1-5-large-v1:0"
            })
    void readsABareIdAsAFoundationModel(String id) {
        ModelRef model = ModelRef.parse(id);

        assertThat(model).isEqualTo(new FoundationModel(id, id));
        assertThat(model.catalogueId()).contains(id);
        assertThat(model.routing()).isEqualTo(Routing.IN_REGION_OR_GEO);
    }

    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-sonnet-4-6, us, anthropic.claude-sonnet-4-6",
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0, eu, anthropic.claude-haiku-4-5-20251001-v1:0",
        "apac.amazon.nova-lite-v1:0, apac, amazon.nova-lite-v1:0",
        "jp.anthropic.claude-sonnet-4-6, jp, anthropic.claude-sonnet-4-6",
        "au.anthropic.claude-sonnet-4-6, au, anthropic.claude-sonnet-4-6",
        "ca.amazon.nova-lite-v1:0, ca, amazon.nova-lite-v1:0",
        "in.anthropic.claude-sonnet-5, in, anthropic.claude-sonnet-5",
        "us-gov.anthropic.claude-opus-5, us-gov, anthropic.claude-opus-5",
        "us.deepseek.r1-v1:0, us, deepseek.r1-v1:0",
        "us.openai.gpt-5.6-sol, us, openai.gpt-5.6-sol"
    })
    void readsAGeographyInFrontOfAnIdAsAProfileBilledAsItsSourceRegion(String id, String geography, String model) {
        ModelRef profile = ModelRef.parse(id);

        assertThat(profile).isEqualTo(new SystemProfile(id, geography, model));
        assertThat(profile.catalogueId()).contains(model);
        assertThat(profile.routing()).isEqualTo(Routing.IN_REGION_OR_GEO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "global.anthropic.claude-sonnet-4-6",
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6",
                "arn:aws:bedrock:::inference-profile/global.anthropic.claude-sonnet-4-6"
            })
    void readsAGlobalProfileAsARateOfItsOwn(String id) {
        ModelRef profile = ModelRef.parse(id);

        assertThat(profile.routing()).isEqualTo(Routing.GLOBAL);
        assertThat(profile.catalogueId()).contains("anthropic.claude-sonnet-4-6");
        assertThat(profile.requested()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
                "arn:aws:bedrock:::foundation-model/amazon.nova-lite-v1:0",
                "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0",
                "arn:aws-cn:bedrock:cn-north-1:123456789012:foundation-model/amazon.nova-lite-v1:0"
            })
    void readsTheArnOfAFoundationModelWithOrWithoutRegionAndAccount(String arn) {
        ModelRef model = ModelRef.parse(arn);

        assertThat(model).isEqualTo(new FoundationModel(arn, "amazon.nova-lite-v1:0"));
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-3-haiku-20240307-v1:0:200k, anthropic.claude-3-haiku-20240307-v1:0",
        "amazon.nova-lite-v1:0:300k, amazon.nova-lite-v1:0",
        "cohere.embed-english-v3:0:512, cohere.embed-english-v3:0",
        "amazon.titan-embed-image-v1:0:mm, amazon.titan-embed-image-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1:18k, anthropic.claude-v2:1"
    })
    void findsTheModelBehindAVariantByContextSize(String id, String model) {
        assertThat(ModelRef.parse(id)).isEqualTo(new FoundationModel(id, model));
    }

    @Test
    void keepsOpaqueFormsOpaque() {
        assertOpaque(ACCOUNT_ARN + "application-inference-profile/a1b2c3d4e5f6", ApplicationProfile.class);
        assertOpaque(ACCOUNT_ARN + "inference-profile/a1b2c3d4e5f6", ApplicationProfile.class);
        assertOpaque(ACCOUNT_ARN + "provisioned-model/abcdef123456", ProvisionedModel.class);
        assertOpaque(ACCOUNT_ARN + "custom-model-deployment/abcdef123456", CustomModelDeployment.class);
        assertOpaque(ACCOUNT_ARN + "imported-model/abcdef123456", ImportedModel.class);
        assertOpaque(ACCOUNT_ARN + "custom-model/imported/abcdef123456", ImportedModel.class);
        assertOpaque(ACCOUNT_ARN + "prompt/ABCDEFGHIJ", Prompt.class);
        assertOpaque(ACCOUNT_ARN + "prompt/ABCDEFGHIJ:3", Prompt.class);
        assertOpaque(ACCOUNT_ARN + "prompt-router/a1b2c3d4e5f6", PromptRouter.class);
        assertOpaque(ACCOUNT_ARN + "default-prompt-router/anthropic.claude:1", PromptRouter.class);
        assertOpaque("arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-Endpoint-1", MarketplaceEndpoint.class);
        assertOpaque(
                "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abcdef123456",
                ProvisionedModel.class);
    }

    @Test
    void tellsWhatAFineTunedModelWasMadeFromAndDoesNotPriceItAsThat() {
        String arn = ACCOUNT_ARN + "custom-model/amazon.nova-lite-v1:0:300k/abcdef123456";

        ModelRef model = ModelRef.parse(arn);

        assertThat(model).isEqualTo(new CustomModel(arn, "amazon.nova-lite-v1:0"));
        assertThat(model.catalogueId()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "a",
                "a1b2c3d4e5f6",
                "my-provisioned-model",
                ".claude",
                "anthropic.",
                "anthropic..claude",
                "Anthropic.claude",
                "anthropic.claude v2",
                "anthropic.claude/v2",
                "anthropic.clau\u00e9de",
                "anthropic.claude\n",
                "arn:",
                "arn:aws:bedrock",
                "arn:aws:bedrock:us-east-1::foundation-model/",
                "arn:aws:bedrock:us-east-1::foundation-model/us.anthropic.claude-sonnet-4-6",
                "arn:aws:bedrock:us-east-1:12345:provisioned-model/abcdef123456",
                "arn:aws:bedrock:us-east-1:123456789012:custom-model/abcdef123456",
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/anthropic.claude-sonnet-4-6",
                "arn:aws:bedrock:us-east-1:123456789012:guardrail/abcdef123456",
                "arn:aws:s3:::bucket/key.name",
                "arn:aws:sagemaker:us-east-1:123456789012:model/name",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0 "
            })
    void neverGuessesAtJunk(String identifier) {
        ModelRef model = ModelRef.parse(identifier);

        assertThat(model).isEqualTo(new Unrecognized(identifier));
        assertThat(model.catalogueId()).isEmpty();
    }

    @Test
    void readsHostileIdentifiersInLinearTime() {
        String dots = "a" + ".a".repeat(1_000) + "!";
        String colons = "a.a" + ":1".repeat(1_000) + "!";
        String dashes = "arn:aws" + "-a".repeat(1_000) + "!";

        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            for (String hostile :
                    new String[] {dots, colons, dashes, "x".repeat(1 << 20), "a." + "b".repeat(1 << 20)}) {
                assertThat(ModelRef.parse(hostile)).isInstanceOf(Unrecognized.class);
            }
        });
    }

    @Test
    void neverThrowsAndAlwaysKeepsWhatWasAsked() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "aus.:-/0129kAZ_%\u00e9 arn:aws:bedrock:";

        for (int i = 0; i < 20_000; i++) {
            StringBuilder identifier = new StringBuilder(random.nextInt(4) == 0 ? ACCOUNT_ARN : "");
            for (int length = random.nextInt(40); length > 0; length--) {
                identifier.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            ModelRef model = ModelRef.parse(identifier.toString());

            assertThat(model.requested()).as("seed %d", seed).isEqualTo(identifier.toString());
        }
    }

    private static void assertOpaque(String identifier, Class<? extends ModelRef> form) {
        ModelRef model = ModelRef.parse(identifier);

        assertThat(model).isInstanceOf(form);
        assertThat(model.requested()).isEqualTo(identifier);
        assertThat(model.catalogueId()).isEmpty();
    }
}
