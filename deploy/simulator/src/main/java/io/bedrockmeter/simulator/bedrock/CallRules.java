package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.family.ClaudeMessages;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.OpenAiChat;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Which models may be called how, and what the service says to a call that may not be. */
final class CallRules {
    private static final Pattern PROFILE_ONLY = Pattern.compile("openai\\.gpt-[5-9].*|xai\\.grok-4\\.[4-9].*");
    /** Models that mantle serves below {@code /openai/v1}; others are below {@code /v1}. */
    private static final Pattern MANTLE_OPENAI = Pattern.compile("openai\\.gpt-[5-9].*|google\\.gemma-4.*|xai\\..*");

    private static final Pattern VERSIONED = Pattern.compile(".*-v?\\d+:\\d+|.*-v\\d+");

    private CallRules() {}

    /** Empty where the call may go on. */
    static Optional<ErrorAnswer> errorOf(
            Received request, Route route, ModelId model, Optional<Family> family, JsonNode json) {
        if (route.modelId().isEmpty()) {
            return Optional.of(Errors.validation("model: Field required"));
        }
        if (route.endpoint() == Endpoint.MANTLE) {
            return onMantle(request, route, family);
        }
        if (family.isEmpty()) {
            return Optional.of(Errors.validation("The provided model identifier is invalid."));
        }
        Operation operation = route.operation();
        return switch (operation) {
            case CHAT_COMPLETIONS -> chat(model, family.get());
            case RESPONSES -> responses(model, family.get(), json);
            case MESSAGES -> messages(model, family.get());
            default -> ownInterface(route, model, family.get());
        };
    }

    private static Optional<ErrorAnswer> ownInterface(Route route, ModelId model, Family family) {
        boolean text = family.kind() == Family.Kind.TEXT || family.kind() == Family.Kind.TEXT_UNSTREAMED;
        if (route.operation().isConverse() && !text) {
            return Optional.of(Errors.validation("This action doesn't support the model that you provided."));
        }
        if (route.operation().isEventStream() && family.kind() != Family.Kind.TEXT) {
            return Optional.of(Errors.validation("The model is unsupported for streaming."));
        }
        return needsProfile(model) ? Optional.of(onDemand(model)) : Optional.empty();
    }

    private static Optional<ErrorAnswer> chat(ModelId model, Family family) {
        if (!(family instanceof OpenAiChat)) {
            return Optional.of(Errors.validation("The model '" + model.onPath() + "' isn't supported on this route."));
        }
        return needsProfile(model) ? Optional.of(onDemand(model)) : Optional.empty();
    }

    private static Optional<ErrorAnswer> responses(ModelId model, Family family, JsonNode json) {
        if (json.path("background").asBoolean(false)) {
            return Optional.of(Errors.validation("background is not supported: responses are always synchronous."));
        }
        boolean served = family instanceof OpenAiChat
                && PROFILE_ONLY.matcher(model.base()).matches();
        return served && model.isSystemProfile()
                ? Optional.empty()
                : Optional.of(Errors.validation("The model '" + model.onPath()
                        + "' must be a cross-Region profile of a model with responses."));
    }

    private static Optional<ErrorAnswer> messages(ModelId model, Family family) {
        return family instanceof ClaudeMessages && !model.onPath().equals(model.base())
                ? Optional.empty()
                : Optional.of(Errors.validation(
                        "model: '" + model.onPath() + "' is no inference profile of a model with messages."));
    }

    private static Optional<ErrorAnswer> onMantle(Received request, Route route, Optional<Family> family) {
        String id = route.modelId();
        ModelId model = ModelId.parse(id, null);
        if (family.isEmpty()
                || !model.base().equals(id)
                || VERSIONED.matcher(id).matches()) {
            return Optional.of(ErrorAnswer.of(404, "not_found_error", "The model '" + id + "' does not exist"));
        }
        boolean claude = family.get() instanceof ClaudeMessages;
        boolean asksMessages = request.path().startsWith("/anthropic/");
        boolean asksOpenAi = request.path().startsWith("/openai/");
        boolean fits = asksMessages
                ? claude
                : family.get() instanceof OpenAiChat
                        && MANTLE_OPENAI.matcher(id).matches() == asksOpenAi;
        return fits
                ? Optional.empty()
                : Optional.of(Errors.validation("The model '" + id + "' isn't supported on this route."));
    }

    private static boolean needsProfile(ModelId model) {
        return model.onPath().equals(model.base())
                && PROFILE_ONLY.matcher(model.base()).matches();
    }

    private static ErrorAnswer onDemand(ModelId model) {
        return Errors.validation("Invocation of model ID " + model.onPath()
                + " with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference"
                + " profile that contains this model.");
    }
}
