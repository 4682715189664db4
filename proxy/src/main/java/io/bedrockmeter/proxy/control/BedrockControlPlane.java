package io.bedrockmeter.proxy.control;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.proxy.control.Finding.Nothing;
import io.bedrockmeter.proxy.control.Finding.Why;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.GetPromptRouterResponse;
import software.amazon.awssdk.services.bedrock.model.GetProvisionedModelThroughputResponse;
import software.amazon.awssdk.services.bedrock.model.InferenceProfileModel;
import software.amazon.awssdk.services.bedrock.model.PromptRouterTargetModel;

/** Amazon Bedrock's control plane, asked through the AWS SDK. Thread-safe. */
public final class BedrockControlPlane implements ControlPlane {
    private static final String GLOBAL = "global";

    private final BedrockClient client;

    /** Asks by a client, which is closed with this. The client must not retry: whoever asks here does. */
    public BedrockControlPlane(BedrockClient client) {
        this.client = client;
    }

    @Override
    public Finding find(ModelRef identifier) {
        return switch (identifier) {
            case ModelRef.ApplicationProfile profile -> profile(profile.requested());
            case ModelRef.ProvisionedModel provisioned -> provisioned(provisioned.requested());
            case ModelRef.CustomModelDeployment deployment -> deployment(deployment.requested());
            case ModelRef.CustomModel custom -> customModel(custom.requested());
            case ModelRef.PromptRouter router -> router(router.requested());
            case ModelRef.FoundationModel other -> nothingToAsk(other);
            case ModelRef.SystemProfile other -> nothingToAsk(other);
            case ModelRef.ImportedModel other -> nothingToAsk(other);
            case ModelRef.MarketplaceEndpoint other -> nothingToAsk(other);
            case ModelRef.Prompt other -> nothingToAsk(other);
            case ModelRef.NoModel other -> nothingToAsk(other);
            case ModelRef.Unrecognized other -> nothingToAsk(other);
        };
    }

    @Override
    public void close() {
        client.close();
    }

    private static Finding nothingToAsk(ModelRef other) {
        throw new IllegalArgumentException("there is nothing to ask about " + other);
    }

    private Finding profile(String arn) {
        return ask("GetInferenceProfile", operation -> {
            List<String> models =
                    client.getInferenceProfile(request -> request.inferenceProfileIdentifier(arn)).models().stream()
                            .map(InferenceProfileModel::modelArn)
                            .toList();
            // That one of the models is in no region is all that tells a global profile from a geographic one.
            boolean isGlobal = models.stream().anyMatch(BedrockControlPlane::isInNoRegion);
            return oneOf(operation, models.stream().map(ModelRef::parse), isGlobal);
        });
    }

    private Finding provisioned(String arn) {
        return ask("GetProvisionedModelThroughput", operation -> {
            GetProvisionedModelThroughputResponse found =
                    client.getProvisionedModelThroughput(request -> request.provisionedModelId(arn));
            return oneOf(operation, Stream.of(ModelRef.parse(found.foundationModelArn())), false);
        });
    }

    private Finding deployment(String arn) {
        return ask("GetCustomModelDeployment", operation -> {
            String model = client.getCustomModelDeployment(request -> request.customModelDeploymentIdentifier(arn))
                    .modelArn();
            return customModel(model);
        });
    }

    private Finding customModel(String arn) {
        return ask("GetCustomModel", operation -> {
            String base = client.getCustomModel(request -> request.modelIdentifier(arn))
                    .baseModelArn();
            return oneOf(operation, Stream.of(ModelRef.parse(base)), false);
        });
    }

    private Finding router(String arn) {
        return ask("GetPromptRouter", operation -> {
            GetPromptRouterResponse found = client.getPromptRouter(request -> request.promptRouterArn(arn));
            Stream<PromptRouterTargetModel> targets =
                    Stream.concat(found.models().stream(), Stream.ofNullable(found.fallbackModel()));
            return oneOf(operation, targets.map(target -> ModelRef.parse(target.modelArn())), false);
        });
    }

    /** The model that all of them are; only a single one can be priced. */
    private static Finding oneOf(String operation, Stream<ModelRef> models, boolean isGlobal) {
        Map<String, ModelRef> distinct = new LinkedHashMap<>();
        models.forEach(model -> distinct.putIfAbsent(name(model), model));
        if (distinct.size() != 1) {
            return new Nothing(
                    operation, Why.AMBIGUOUS, "it stands for " + distinct.size() + " models: " + distinct.keySet());
        }
        ModelRef only = distinct.values().iterator().next();
        String id = only.catalogueId().orElse(null);
        if (id == null) {
            return new Nothing(
                    operation, Why.AMBIGUOUS, "it stands for " + only.requested() + ", which names no model");
        }
        return new Finding.Model(
                operation, isGlobal ? new ModelRef.SystemProfile(GLOBAL + "." + id, GLOBAL, id) : only);
    }

    /** The same for what is priced alike. */
    private static String name(ModelRef model) {
        String id = model.catalogueId().orElse(model.requested());
        return model.routing() == Routing.GLOBAL ? GLOBAL + "." + id : id;
    }

    /** {@code arn:aws:bedrock:::foundation-model/…} */
    private static boolean isInNoRegion(String arn) {
        String[] parts = arn.split(":", 5);
        return parts.length == 5 && parts[3].isEmpty();
    }

    private static Finding ask(String operation, Function<String, Finding> question) {
        try {
            return question.apply(operation);
        } catch (AwsServiceException e) {
            return new Nothing(operation, why(e), String.valueOf(e.getMessage()));
        } catch (SdkException e) {
            return new Nothing(operation, Why.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private static Why why(AwsServiceException failure) {
        if (failure.isThrottlingException()) {
            return Why.THROTTLED;
        }
        return switch (failure.statusCode()) {
            case 401, 403 -> Why.DENIED;
            case 404 -> Why.NOT_FOUND;
            case 429 -> Why.THROTTLED;
            default -> failure.statusCode() < 500 ? Why.REFUSED : Why.UNAVAILABLE;
        };
    }
}
