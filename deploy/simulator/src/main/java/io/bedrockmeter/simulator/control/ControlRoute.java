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
 * @param identifier decoded; empty for a list
 */
public record ControlRoute(String operation, String identifier) {
    private static final Map<String, String> ITEMS = Map.of(
            "/inference-profiles/", "GetInferenceProfile",
            "/provisioned-model-throughput/", "GetProvisionedModelThroughput",
            "/model-customization/custom-model-deployments/", "GetCustomModelDeployment",
            "/custom-models/", "GetCustomModel",
            "/imported-models/", "GetImportedModel",
            "/prompt-routers/", "GetPromptRouter",
            "/foundation-models/", "GetFoundationModel");
    private static final Map<String, String> LISTS = Map.of(
            "/inference-profiles", "ListInferenceProfiles",
            "/foundation-models", "ListFoundationModels");

    /** Empty where the request is none of the control plane. */
    public static Optional<ControlRoute> of(Received request) {
        String path = request.path();
        if (!request.method().equals("GET")) {
            return Optional.empty();
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

    private static String decoded(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return escaped;
        }
    }
}
