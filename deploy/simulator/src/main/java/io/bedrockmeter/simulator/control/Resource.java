package io.bedrockmeter.simulator.control;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something an account has, whose identifier says nothing about the model behind it. Its ARN tells its kind.
 *
 * @param models ARNs: the models of a profile or a router; the one model of a provisioned model, a deployment or a custom model
 * @param modelUnits of a provisioned model
 * @param commitmentDuration of a provisioned model, {@code OneMonth} or {@code SixMonths}; null without commitment
 * @param customModelUnits of one copy of an imported model
 * @param status null for the one in which it can be called
 */
public record Resource(
        String arn,
        List<String> models,
        @Nullable Integer modelUnits,
        @Nullable String commitmentDuration,
        @Nullable Integer customModelUnits,
        @Nullable String status) {
    private static final Pattern ARN =
            Pattern.compile("arn:aws[^:]*:(bedrock|sagemaker):[a-z0-9-]+:[0-9]{12}:[a-z-]+/.+");
    private static final String ACCOUNT = "123456789012";

    public Resource {
        models = models == null ? List.of() : List.copyOf(models);
        if (!ARN.matcher(arn).matches()) {
            throw new IllegalArgumentException(
                    "a resource needs the ARN of something in an account, not '" + arn + "'");
        }
    }

    /** Priced as the models in its own region. */
    public static Resource regionalProfile(String id, String model) {
        return profile(id, foundationModel("us-east-1", model));
    }

    /** Priced like a regional one, served by several regions. */
    public static Resource geographicProfile(String id, String model) {
        return profile(
                id,
                foundationModel("us-east-1", model),
                foundationModel("us-east-2", model),
                foundationModel("us-west-2", model));
    }

    /** Known as global only by a model without a region. */
    public static Resource globalProfile(String id, String model) {
        return profile(id, foundationModel("", model), foundationModel("us-east-1", model));
    }

    public static Resource provisionedModel(String id, String model, int modelUnits) {
        return new Resource(
                arn("provisioned-model/" + id),
                List.of(foundationModel("us-east-1", model)),
                modelUnits,
                null,
                null,
                null);
    }

    /** A fine-tuned model and the deployment that serves it. */
    public static List<Resource> deployment(String deploymentId, String customModelId, String model) {
        String customModel = arn("custom-model/" + model + "/" + customModelId);
        return List.of(
                of("custom-model-deployment/" + deploymentId, customModel),
                of("custom-model/" + model + "/" + customModelId, foundationModel("us-east-1", model)));
    }

    public static Resource importedModel(String id, int customModelUnits) {
        return new Resource(arn("imported-model/" + id), List.of(), null, null, customModelUnits, null);
    }

    public static Resource promptRouter(String id, String... models) {
        return new Resource(
                arn("prompt-router/" + id),
                List.of(models).stream()
                        .map(model -> foundationModel("us-east-1", model))
                        .toList(),
                null,
                null,
                null,
                null);
    }

    /** The kind as its ARN has it, for example {@code provisioned-model}. */
    public String kind() {
        String rest = arn.substring(arn.lastIndexOf(':', arn.indexOf('/')) + 1);
        return rest.substring(0, rest.indexOf('/'));
    }

    /** The last part of the ARN. */
    public String id() {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    static String foundationModel(String region, String model) {
        return "arn:aws:bedrock:" + region + "::foundation-model/" + model;
    }

    private static Resource profile(String id, String... models) {
        return of("application-inference-profile/" + id, models);
    }

    private static Resource of(String rest, String... models) {
        return new Resource(arn(rest), List.of(models), null, null, null, null);
    }

    private static String arn(String rest) {
        return "arn:aws:bedrock:us-east-1:" + ACCOUNT + ":" + rest;
    }
}
