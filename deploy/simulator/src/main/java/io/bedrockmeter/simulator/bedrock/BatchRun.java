package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.s3.ObjectStore;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does the records of one batch job: reads its input, writes its output and its manifest, and bills each record that was answered. Used
 * once.
 */
final class BatchRun {
    private static final JsonMapper JSON = new JsonMapper();

    private final BatchJob job;
    private final ObjectStore objects;
    private final Bills bills;
    private final Generations generations = new Generations(new DefaultUsage(new PromptCache()));
    private final List<TruthEntry> billed = new ArrayList<>();
    private long done;
    private long failed;
    private long inputTokens;
    private long outputTokens;

    BatchRun(BatchJob job, ObjectStore objects, Bills bills) {
        this.job = job;
        this.objects = objects;
        this.bills = bills;
    }

    /** A bucket and a key, or the beginning of keys. */
    record Place(String bucket, String key) {
        private static final String SCHEME = "s3://";

        static Optional<Place> of(String uri) {
            int slash = uri.indexOf('/', SCHEME.length());
            return uri.startsWith(SCHEME) && slash > SCHEME.length()
                    ? Optional.of(new Place(uri.substring(SCHEME.length(), slash), uri.substring(slash + 1)))
                    : Optional.empty();
        }
    }

    /** Does what there is time for. What was billed is in {@link #billed}. */
    BatchJob.Result run() {
        String failure = job.how().failure();
        Map<String, List<String>> inputs = inputs();
        if (failure != null || inputs.isEmpty()) {
            return BatchJob.Result.failed(failure == null ? "There is no input at " + job.inputUri() : failure);
        }
        long total = inputs.values().stream().mapToLong(List::size).sum();
        long left = job.recordsDone(total);
        Place to = Place.of(job.outputUri()).orElseThrow();
        String folder = (to.key().isEmpty() || to.key().endsWith("/") ? to.key() : to.key() + "/") + job.id() + "/";
        for (Map.Entry<String, List<String>> input : inputs.entrySet()) {
            List<String> lines = input.getValue()
                    .subList(0, (int) Math.min(left, input.getValue().size()));
            left -= lines.size();
            if (!lines.isEmpty()) {
                String name = input.getKey().substring(input.getKey().lastIndexOf('/') + 1);
                objects.put(to.bucket(), folder + name + ".out", output(lines));
            }
        }
        ObjectNode manifest = JsonNodeFactory.instance
                .objectNode()
                .put("totalRecordCount", total)
                .put("processedRecordCount", done)
                .put("successRecordCount", done - failed)
                .put("errorRecordCount", failed)
                .put("inputTokenCount", inputTokens)
                .put("outputTokenCount", outputTokens);
        objects.put(to.bucket(), folder + "manifest.json.out", bytes(manifest.toString()));
        return new BatchJob.Result(job.ending(), null, total, done - failed, failed);
    }

    /** What the records cost, one line for each that was answered. */
    List<TruthEntry> billed() {
        return billed;
    }

    /** The lines of each object of the input, by key. */
    private Map<String, List<String>> inputs() {
        Place from = Place.of(job.inputUri()).orElseThrow();
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        objects.list(from.bucket(), from.key()).forEach((key, content) -> {
            boolean isAsked =
                    key.equals(from.key()) || from.key().isEmpty() || from.key().endsWith("/");
            if (isAsked && key.endsWith(".jsonl")) {
                inputs.put(
                        key,
                        new String(content, StandardCharsets.UTF_8)
                                .lines()
                                .filter(line -> !line.isBlank())
                                .toList());
            }
        });
        return inputs;
    }

    private byte[] output(List<String> lines) {
        StringBuilder output = new StringBuilder();
        for (String line : lines) {
            output.append(record(parsed(line))).append('\n');
        }
        return bytes(output.toString());
    }

    private ObjectNode record(JsonNode line) {
        String id = line.path("recordId").asString("RECORD" + done);
        JsonNode input = line.path("modelInput");
        done++;
        ObjectNode record = JsonNodeFactory.instance.objectNode().put("recordId", id);
        record.set("modelInput", input);
        Received request = new Received("POST", "/", List.of(), bytes(input.toString()));
        Route route = new Route(job.operation(), job.model.onPath(), Endpoint.RUNTIME);
        Optional<Family> family = Family.of(job.model.base(), input);
        Optional<ErrorAnswer> error = input.isObject() && !input.isEmpty()
                ? CallRules.errorOf(request, route, job.model, family, input)
                : Optional.of(Errors.validation("Malformed input request, please reformat your input and try again."));
        if (error.isPresent()) {
            failed++;
            record.putObject("error")
                    .put("errorCode", error.get().status())
                    .put("errorMessage", error.get().message());
            return record;
        }
        Caller caller = new Caller(job.arn + "#" + id, job.ends(), job.creator.accessKey(), Endpoint.RUNTIME);
        return record.set(
                "modelOutput",
                answer(new Call(caller, request, input, route, job.model, family.orElseThrow(), job.script)));
    }

    private JsonNode answer(Call call) {
        Generation generation = generations.of(call, Tier.DEFAULT_TIER);
        Counts counts = generation.counts();
        inputTokens += counts.totalInput();
        outputTokens += counts.output();
        billed.add(bills.ofRecord(call, counts));
        Answer.Body body = new Rendering(call, generation, Optional.empty()).body();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        body.pieces().forEachRemaining(whole::writeBytes);
        return JSON.readTree(whole.toByteArray());
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException malformed) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
