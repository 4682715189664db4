package io.bedrockmeter.simulator.control;

import io.bedrockmeter.simulator.call.Received;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a request asks the control plane for.
 *
 * @param operation the name in the service model
 * @param identifier decoded; empty for a list, and for what is created
 */
public record ControlRoute(String operation, String identifier) {
    private static final Map<String, String> ITEMS = Map.of(
            "/inference-profiles/", "GetInferenceProfile",
            "/provisioned-model-throughput/", "GetProvisionedModelThroughput",
            "/model-customization/custom-model-deployments/", "GetCustomModelDeployment",
            "/custom-models/", "GetCustomModel",
            "/imported-models/", "GetImportedModel",
            "/prompt-routers/", "GetPromptRouter",
            "/foundation-models/", "GetFoundationModel",
            "/model-invocation-job/", "GetModelInvocationJob");
    private static final Map<String, String> LISTS = Map.of(
            "/inference-profiles", "ListInferenceProfiles",
            "/foundation-models", "ListFoundationModels",
            "/provisioned-model-throughputs", "ListProvisionedModelThroughputs",
            "/model-invocation-jobs", "ListModelInvocationJobs");
    private static final String CREATE_JOB = "/model-invocation-job";
    private static final String STOP = "/stop";

    /** Empty where the request is none of the control plane. */
    public static Optional<ControlRoute> of(Received request) {
        String path = request.path();
        if (!request.method().equals("GET")) {
            return request.method().equals("POST") ? posted(path) : Optional.empty();
        }
        String list = LISTS.get(path);
        if (list != null) {
            return Optional.of(new ControlRoute(list, ""));
        }
        return ITEMS.entrySet().stream()
                .filter(item -> path.startsWith(item.getKey())
                        && path.length() > item.getKey().length())
                .findFirst()
                .map(item -> new ControlRoute(
                        item.getValue(), decoded(path.substring(item.getKey().length()))));
    }

    private static Optional<ControlRoute> posted(String path) {
        if (path.equals(CREATE_JOB)) {
            return Optional.of(new ControlRoute("CreateModelInvocationJob", ""));
        }
        boolean isStop = path.startsWith(CREATE_JOB + "/")
                && path.endsWith(STOP)
                && path.length() > CREATE_JOB.length() + 1 + STOP.length();
        return isStop
                ? Optional.of(new ControlRoute(
                        "StopModelInvocationJob",
                        decoded(path.substring(CREATE_JOB.length() + 1, path.length() - STOP.length()))))
                : Optional.empty();
    }

    private static String decoded(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return escaped;
        }
    }
}
