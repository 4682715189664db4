package io.bedrockmeter.simulator.control;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.family.Family;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The resources of the account, and what the control plane says of them. Thread-safe. */
public final class ControlPlane {
    private static final int LOOKUPS_MAX = 10_000;
    private static final String MADE_AT = "2026-07-13T14:00:42.680622107Z";
    private static final Pattern SYSTEM_PROFILE = Pattern.compile(
            "(?:arn:aws[^:]*:bedrock:[^:]*:[^:]*:inference-profile/)?((global|us|eu|apac|jp|au|us-gov|ca|in)\\..+)");
    private static final Map<String, List<String>> REGIONS_OF = Map.of(
            "global", List.of("", "us-east-1"),
            "us", List.of("us-east-1", "us-east-2", "us-west-2"),
            "eu", List.of("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"),
            "apac", List.of("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"));

    private final String region;
    private final Map<String, Resource> byArn = new LinkedHashMap<>();
    private final List<Lookup> lookups = new ArrayList<>();

    public ControlPlane(String region) {
        this.region = region;
    }

    public synchronized void add(Resource resource) {
        byArn.put(resource.arn(), resource);
    }

    public synchronized void remove(String arn) {
        byArn.remove(arn);
    }

    public synchronized void clear() {
        byArn.clear();
        lookups.clear();
    }

    public synchronized void record(Lookup lookup) {
        if (lookups.size() < LOOKUPS_MAX) {
            lookups.add(lookup);
        }
    }

    /** What was asked so far, oldest first. */
    public synchronized List<Lookup> lookups() {
        return List.copyOf(lookups);
    }

    /** What an identifier of a call stands for; where it is a resource, what that is about. */
    public ModelId resolve(String identifier, @Nullable String chosenModel) {
        ModelId byItself = ModelId.parse(identifier, chosenModel);
        Optional<Resource> resource = find(identifier);
        if (resource.isEmpty() || chosenModel != null || resource.get().models().isEmpty()) {
            return byItself;
        }
        String first = resource.get().models().get(0);
        ModelId behind = first.contains("custom-model/") ? resolve(first, null) : ModelId.parse(first, null);
        boolean isProfile = resource.get().kind().equals("application-inference-profile");
        boolean isRouter = resource.get().kind().endsWith("prompt-router");
        boolean global = resource.get().models().stream().anyMatch(model -> model.contains(":bedrock:::"));
        return new ModelId(
                identifier,
                behind.base(),
                isProfile && global,
                isProfile || isRouter ? ModelId.Kind.ON_DEMAND : byItself.kind());
    }

    /** The answer to a look-up; empty where there is no such thing. */
    public Optional<ObjectNode> answer(ControlRoute route) {
        return switch (route.operation()) {
            case "ListInferenceProfiles" -> Optional.of(list("inferenceProfileSummaries", profiles()));
            case "ListProvisionedModelThroughputs" -> Optional.of(list("provisionedModelSummaries", throughputs()));
            case "ListFoundationModels" -> Optional.of(list("modelSummaries", Stream.of()));
            case "GetInferenceProfile" ->
                systemProfile(route.identifier())
                        .or(() -> find(route.identifier(), "application-inference-profile")
                                .map(ControlPlane::profile));
            case "GetFoundationModel" -> foundationModel(route.identifier());
            case "GetProvisionedModelThroughput" ->
                find(route.identifier(), "provisioned-model").map(this::throughput);
            case "GetCustomModelDeployment" ->
                find(route.identifier(), "custom-model-deployment").map(ControlPlane::deployment);
            case "GetCustomModel" -> find(route.identifier(), "custom-model").map(ControlPlane::customModel);
            case "GetImportedModel" ->
                find(route.identifier(), "imported-model").map(ControlPlane::imported);
            case "GetPromptRouter" -> find(route.identifier(), "prompt-router").map(ControlPlane::router);
            default -> Optional.empty();
        };
    }

    private synchronized Optional<Resource> find(String identifier) {
        return Optional.ofNullable(byArn.get(identifier));
    }

    /** By ARN, or by its last part. */
    private synchronized Optional<Resource> find(String identifier, String kind) {
        return byArn.values().stream()
                .filter(resource -> resource.kind().endsWith(kind)
                        && (resource.arn().equals(identifier) || resource.id().equals(identifier)))
                .findFirst();
    }

    private synchronized Stream<ObjectNode> profiles() {
        return byArn.values().stream()
                .filter(resource -> resource.kind().equals("application-inference-profile"))
                .map(ControlPlane::profile)
                .toList()
                .stream();
    }

    private synchronized Stream<ObjectNode> throughputs() {
        return byArn.values().stream()
                .filter(resource -> resource.kind().equals("provisioned-model"))
                .map(this::throughput)
                .toList()
                .stream();
    }

    /** Of a custom model the one that it was made from is told as well. */
    private ObjectNode throughput(Resource resource) {
        ObjectNode told = provisioned(resource);
        Resource custom = byArn.get(told.path("modelArn").asString());
        return custom == null || custom.models().isEmpty()
                ? told
                : told.put("foundationModelArn", custom.models().get(0));
    }

    private Optional<ObjectNode> systemProfile(String identifier) {
        var fit = SYSTEM_PROFILE.matcher(identifier);
        if (!fit.matches()) {
            return Optional.empty();
        }
        String id = fit.group(1);
        String base = id.substring(id.indexOf('.') + 1);
        if (!isModel(base)) {
            return Optional.empty();
        }
        List<String> models = REGIONS_OF.getOrDefault(fit.group(2), List.of(region)).stream()
                .map(each -> Resource.foundationModel(each, base))
                .toList();
        String arn = "arn:aws:bedrock:" + region + ":123456789012:inference-profile/" + id;
        return Optional.of(profile(arn, id, models, "ACTIVE", "SYSTEM_DEFINED"));
    }

    private Optional<ObjectNode> foundationModel(String identifier) {
        String id = identifier.substring(identifier.lastIndexOf('/') + 1);
        if (!isModel(id)) {
            return Optional.empty();
        }
        ObjectNode answer = object();
        ObjectNode details = answer.putObject("modelDetails")
                .put("modelArn", Resource.foundationModel(region, id))
                .put("modelId", id)
                .put("modelName", id);
        details.putObject("modelLifecycle").put("status", "ACTIVE");
        details.putArray("inferenceTypesSupported").add("ON_DEMAND");
        return Optional.of(answer);
    }

    private static boolean isModel(String id) {
        return Family.of(id, object()).isPresent();
    }

    private static ObjectNode profile(Resource resource) {
        return profile(resource.arn(), resource.id(), resource.models(), statusOr(resource, "ACTIVE"), "APPLICATION");
    }

    private static ObjectNode profile(String arn, String id, List<String> models, String status, String type) {
        ObjectNode answer = object().put("createdAt", MADE_AT)
                .put("inferenceProfileArn", arn)
                .put("inferenceProfileId", id)
                .put("inferenceProfileName", "profile " + id);
        ArrayNode list = answer.putArray("models");
        models.forEach(model -> list.addObject().put("modelArn", model));
        return answer.put("status", status).put("type", type).put("updatedAt", MADE_AT);
    }

    private static ObjectNode provisioned(Resource resource) {
        String model = resource.models().isEmpty() ? "" : resource.models().get(0);
        int units = resource.modelUnits() == null ? 1 : resource.modelUnits();
        ObjectNode answer = object().put("provisionedModelArn", resource.arn())
                .put("provisionedModelName", "provisioned " + resource.id())
                .put("modelArn", model)
                .put("desiredModelArn", model)
                .put("foundationModelArn", model)
                .put("modelUnits", units)
                .put("desiredModelUnits", units)
                .put("status", statusOr(resource, "InService"))
                .put("creationTime", MADE_AT)
                .put("lastModifiedTime", MADE_AT);
        return resource.commitmentDuration() == null
                ? answer
                : answer.put("commitmentDuration", resource.commitmentDuration())
                        .put(
                                "commitmentExpirationTime",
                                Instant.parse(MADE_AT).plusSeconds(15_552_000).toString());
    }

    private static ObjectNode deployment(Resource resource) {
        return object().put("customModelDeploymentArn", resource.arn())
                .put("modelDeploymentName", "deployment " + resource.id())
                .put(
                        "modelArn",
                        resource.models().isEmpty() ? "" : resource.models().get(0))
                .put("status", statusOr(resource, "Active"))
                .put("createdAt", MADE_AT)
                .put("lastUpdatedAt", MADE_AT);
    }

    private static ObjectNode customModel(Resource resource) {
        return object().put("modelArn", resource.arn())
                .put("modelName", "custom " + resource.id())
                .put(
                        "baseModelArn",
                        resource.models().isEmpty() ? "" : resource.models().get(0))
                .put("customizationType", "FINE_TUNING")
                .put("modelStatus", statusOr(resource, "Active"))
                .put("creationTime", MADE_AT);
    }

    private static ObjectNode imported(Resource resource) {
        ObjectNode answer = object().put("modelArn", resource.arn())
                .put("modelName", "imported " + resource.id())
                .put("modelArchitecture", "llama")
                .put("instructSupported", true)
                .put("creationTime", MADE_AT);
        answer.putObject("customModelUnits")
                .put(
                        "customModelUnitsPerModelCopy",
                        resource.customModelUnits() == null ? 1 : resource.customModelUnits())
                .put("customModelUnitsVersion", "v1.0");
        return answer;
    }

    private static ObjectNode router(Resource resource) {
        ObjectNode answer = object().put("promptRouterArn", resource.arn())
                .put("promptRouterName", "router " + resource.id())
                .put("status", statusOr(resource, "AVAILABLE"))
                .put("type", "custom")
                .put("createdAt", MADE_AT)
                .put("updatedAt", MADE_AT);
        ArrayNode list = answer.putArray("models");
        resource.models().forEach(model -> list.addObject().put("modelArn", model));
        answer.putObject("fallbackModel")
                .put(
                        "modelArn",
                        resource.models().isEmpty()
                                ? ""
                                : resource.models().get(resource.models().size() - 1));
        answer.putObject("routingCriteria").put("responseQualityDifference", 10.0);
        return answer;
    }

    private static ObjectNode list(String name, Stream<ObjectNode> items) {
        ObjectNode answer = object();
        ArrayNode list = answer.putArray(name);
        items.forEach(list::add);
        return answer;
    }

    private static String statusOr(Resource resource, String usual) {
        return resource.status() == null ? usual : resource.status();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
