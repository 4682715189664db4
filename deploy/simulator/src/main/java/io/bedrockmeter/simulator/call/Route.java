package io.bedrockmeter.simulator.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request asks for: an operation and what it is about.
 *
 * @param modelId the model identifier of the path, decoded once; for other operations the guardrail, the job, the response, or
 *     the model that the body names; empty where there is nothing
 */
public record Route(Operation operation, String modelId, Endpoint endpoint) {
    /** A method and a path with at most one gap, which slashes may stand in. */
    private record Template(String method, String before, String after, boolean gap, Operation operation) {
        Optional<String> subject(Received request) {
            String path = request.path();
            if (!request.method().equals(method)) {
                return Optional.empty();
            }
            if (!gap) {
                return path.equals(before) ? Optional.of("") : Optional.empty();
            }
            boolean fits =
                    path.length() > before.length() + after.length() && path.startsWith(before) && path.endsWith(after);
            return fits ? decode(path.substring(before.length(), path.length() - after.length())) : Optional.empty();
        }
    }

    private static final List<Template> RUNTIME = runtime();
    private static final List<Template> MANTLE = mantle();

    /** Empty where no operation of the request's host has this method and path. */
    public static Optional<Route> of(Received request) {
        List<Template> templates = switch (request.endpoint()) {
            case RUNTIME -> RUNTIME;
            case MANTLE -> MANTLE;
        };
        for (Template template : templates) {
            Optional<String> subject = template.subject(request);
            if (subject.isPresent()) {
                return Optional.of(new Route(template.operation(), subject.get(), request.endpoint()));
            }
        }
        return Optional.empty();
    }

    /** The same route to the model that the body names. */
    public Route withModelId(String newModelId) {
        return new Route(operation, newModelId, endpoint);
    }

    private static List<Template> runtime() {
        List<Template> templates = new ArrayList<>();
        templates.add(about("POST", "/model/", "/invoke", Operation.INVOKE_MODEL));
        templates.add(
                about("POST", "/model/", "/invoke-with-response-stream", Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM));
        templates.add(about(
                "POST",
                "/model/",
                "/invoke-with-bidirectional-stream",
                Operation.INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM));
        templates.add(about("POST", "/model/", "/converse", Operation.CONVERSE));
        templates.add(about("POST", "/model/", "/converse-stream", Operation.CONVERSE_STREAM));
        templates.add(about("POST", "/model/", "/count-tokens", Operation.COUNT_TOKENS));
        templates.add(about("POST", "/guardrail/", "/apply", Operation.APPLY_GUARDRAIL));
        templates.add(exact("POST", "/guardrail-checks/invoke", Operation.INVOKE_GUARDRAIL_CHECKS));
        templates.add(exact("POST", "/async-invoke", Operation.START_ASYNC_INVOKE));
        templates.add(exact("GET", "/async-invoke", Operation.LIST_ASYNC_INVOKES));
        templates.add(about("GET", "/async-invoke/", "", Operation.GET_ASYNC_INVOKE));
        templates.addAll(openAi("/openai/v1"));
        templates.add(exact("POST", "/anthropic/v1/messages", Operation.MESSAGES));
        return List.copyOf(templates);
    }

    private static List<Template> mantle() {
        List<Template> templates = new ArrayList<>();
        templates.addAll(openAi("/v1"));
        templates.addAll(openAi("/openai/v1"));
        templates.add(exact("GET", "/v1/models", Operation.LIST_MODELS));
        templates.add(exact("POST", "/anthropic/v1/messages", Operation.MESSAGES));
        templates.add(exact("POST", "/anthropic/v1/messages/count_tokens", Operation.MESSAGES_COUNT_TOKENS));
        return List.copyOf(templates);
    }

    private static List<Template> openAi(String prefix) {
        return List.of(
                exact("POST", prefix + "/chat/completions", Operation.CHAT_COMPLETIONS),
                exact("POST", prefix + "/responses", Operation.RESPONSES),
                about("POST", prefix + "/responses/", "/cancel", Operation.CANCEL_RESPONSE),
                about("GET", prefix + "/responses/", "", Operation.GET_RESPONSE),
                about("DELETE", prefix + "/responses/", "", Operation.DELETE_RESPONSE));
    }

    private static Template exact(String method, String path, Operation operation) {
        return new Template(method, path, "", false, operation);
    }

    private static Template about(String method, String before, String after, Operation operation) {
        return new Template(method, before, after, true, operation);
    }

    private static Optional<String> decode(String encoded) {
        try {
            // A plus is a plus in a path; only forms read it as a space.
            return Optional.of(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException badEscape) {
            return Optional.empty();
        }
    }
}
