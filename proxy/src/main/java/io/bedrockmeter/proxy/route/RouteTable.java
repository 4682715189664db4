package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.model.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every method and path that is served, and the operation behind it. Immutable.
 *
 * <p>Source: service models of Bedrock Runtime and of Bedrock, whose paths differ in their first segment; for the routes outside of it AWS's user guide, "Endpoints supported by Amazon
 * Bedrock". Models of {@code bedrock-mantle} are spread over three prefixes by vendor.
 */
final class RouteTable {
    private static final RouteTable ALL = new RouteTable(List.of(
            Stream.of(
                    runtime("POST", "/model/{modelId}/invoke", Operation.INVOKE_MODEL),
                    runtime(
                            "POST",
                            "/model/{modelId}/invoke-with-response-stream",
                            Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM),
                    runtime(
                            "POST",
                            "/model/{modelId}/invoke-with-bidirectional-stream",
                            Operation.INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM),
                    runtime("POST", "/model/{modelId}/converse", Operation.CONVERSE),
                    runtime("POST", "/model/{modelId}/converse-stream", Operation.CONVERSE_STREAM),
                    runtime("POST", "/model/{modelId}/count-tokens", Operation.COUNT_TOKENS),
                    runtime(
                            "POST",
                            "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply",
                            Operation.APPLY_GUARDRAIL),
                    runtime("POST", "/guardrail-checks/invoke", Operation.INVOKE_GUARDRAIL_CHECKS),
                    runtime("POST", "/async-invoke", Operation.START_ASYNC_INVOKE),
                    runtime("GET", "/async-invoke/{invocationArn}", Operation.GET_ASYNC_INVOKE),
                    runtime("GET", "/async-invoke", Operation.LIST_ASYNC_INVOKES),
                    mantle("GET", "/v1/models", Operation.LIST_MODELS)),
            batch(),
            openAi(Endpoint.RUNTIME, "/openai/v1"),
            openAi(Endpoint.MANTLE, "/openai/v1"),
            openAi(Endpoint.MANTLE, "/v1"),
            anthropic(Endpoint.RUNTIME),
            anthropic(Endpoint.MANTLE)));

    private final List<Entry> entries;
    private final Map<String, List<Entry>> byFirstSegment;

    private RouteTable(List<Stream<Entry>> entries) {
        this.entries = entries.stream().flatMap(some -> some).toList();
        this.byFirstSegment = this.entries.stream()
                .collect(Collectors.groupingBy(entry -> entry.template().get(0)));
    }

    /** The table. */
    static RouteTable all() {
        return ALL;
    }

    /** Its rows, in the order in which they are documented. */
    List<Entry> entries() {
        return entries;
    }

    /**
     * The row of a request; null if there is none.
     *
     * @param mantle whether it goes to {@code bedrock-mantle}; else the path alone tells where it goes
     */
    @Nullable
    Entry find(boolean mantle, String method, List<String> segments) {
        List<Entry> candidates = byFirstSegment.get(segments.get(0));
        if (candidates != null) {
            for (Entry entry : candidates) {
                boolean isOfMantle = entry.endpoint() == Endpoint.MANTLE;
                if (isOfMantle == mantle && entry.method().equals(method) && entry.matches(segments)) {
                    return entry;
                }
            }
        }
        return null;
    }

    /**
     * One row.
     *
     * @param endpoint which of Bedrock's endpoints has it
     * @param method the method
     * @param path the path, with labels in braces
     * @param template its segments
     * @param operation what it is
     */
    record Entry(Endpoint endpoint, String method, String path, List<String> template, Operation operation) {
        private static final String LABEL = "{";

        /** The name of the label at a place in the path; null for literal text. */
        @Nullable
        String label(int place) {
            String segment = template.get(place);
            return segment.startsWith(LABEL) ? segment.substring(1, segment.length() - 1) : null;
        }

        private boolean matches(List<String> segments) {
            if (segments.size() != template.size()) {
                return false;
            }
            for (int i = 1; i < segments.size(); i++) {
                if (!template.get(i).equals(segments.get(i)) && !template.get(i).startsWith(LABEL)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Stream<Entry> openAi(Endpoint endpoint, String prefix) {
        return Stream.of(
                entry(endpoint, "POST", prefix + "/chat/completions", Operation.OPENAI_CHAT_COMPLETIONS),
                entry(endpoint, "POST", prefix + "/responses", Operation.OPENAI_RESPONSES),
                entry(endpoint, "GET", prefix + "/responses/{responseId}", Operation.OPENAI_GET_RESPONSE),
                entry(endpoint, "POST", prefix + "/responses/{responseId}/cancel", Operation.OPENAI_CANCEL_RESPONSE),
                entry(endpoint, "DELETE", prefix + "/responses/{responseId}", Operation.OPENAI_DELETE_RESPONSE));
    }

    private static Stream<Entry> anthropic(Endpoint endpoint) {
        return Stream.of(
                entry(endpoint, "POST", "/anthropic/v1/messages", Operation.ANTHROPIC_MESSAGES),
                entry(endpoint, "POST", "/anthropic/v1/messages/count_tokens", Operation.ANTHROPIC_COUNT_TOKENS));
    }

    private static Stream<Entry> batch() {
        String job = "/model-invocation-job";
        return Stream.of(
                control("POST", job, Operation.CREATE_MODEL_INVOCATION_JOB),
                control("GET", job + "/{jobIdentifier}", Operation.GET_MODEL_INVOCATION_JOB),
                control("GET", job + "s", Operation.LIST_MODEL_INVOCATION_JOBS),
                control("POST", job + "/{jobIdentifier}/stop", Operation.STOP_MODEL_INVOCATION_JOB));
    }

    private static Entry runtime(String method, String path, Operation operation) {
        return entry(Endpoint.RUNTIME, method, path, operation);
    }

    private static Entry mantle(String method, String path, Operation operation) {
        return entry(Endpoint.MANTLE, method, path, operation);
    }

    private static Entry control(String method, String path, Operation operation) {
        return entry(Endpoint.CONTROL, method, path, operation);
    }

    private static Entry entry(Endpoint endpoint, String method, String path, Operation operation) {
        return new Entry(endpoint, method, path, List.of(path.substring(1).split("/")), operation);
    }
}
