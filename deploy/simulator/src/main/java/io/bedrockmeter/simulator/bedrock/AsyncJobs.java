package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.truth.Counts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asynchronous invocations: started once for a token, in progress until their time is over, then completed or failed. A job
 * that will fail is not billed. Thread-safe.
 */
final class AsyncJobs {
    private static final int JOBS_MAX = 10_000;
    private static final int PAGE = 100;
    private static final int ID_LENGTH = 12;

    private final InstantSource clock;
    private final String region;
    private final Map<String, Job> byArn = new LinkedHashMap<>();
    private long started;

    /** A job as it was started. */
    private record Job(
            String arn,
            @Nullable String token,
            JsonNode request,
            String modelArn,
            Instant submitted,
            Instant ends,
            @Nullable String failure) {
        String statusAt(Instant now) {
            return now.isBefore(ends) ? "InProgress" : failure == null ? "Completed" : "Failed";
        }
    }

    AsyncJobs(String region, InstantSource clock) {
        this.region = region;
        this.clock = clock;
    }

    synchronized void clear() {
        byArn.clear();
    }

    synchronized Reply start(Reply.Asked asked) {
        JsonNode json = asked.json();
        ModelId model = ModelId.parse(asked.route().modelId(), null);
        Optional<AsyncUnits> units = AsyncUnits.of(model.base(), json.path("modelInput"));
        if (units.isEmpty()) {
            return new Reply.Failed(Errors.validation("The provided model identifier is invalid."));
        }
        if (!json.path("outputDataConfig").path("s3OutputDataConfig").has("s3Uri")) {
            return new Reply.Failed(Errors.validation("outputDataConfig.s3OutputDataConfig.s3Uri is required."));
        }
        String token = json.path("clientRequestToken").asString(null);
        Optional<Job> earlier = byArn.values().stream()
                .filter(job -> token != null && Objects.equals(job.token(), token))
                .findFirst();
        if (earlier.isPresent()) {
            return earlier.get().request().equals(json)
                    ? new Reply.Free(arn(earlier.get()))
                    : new Reply.Failed(ErrorAnswer.of(
                            400, "ConflictException", "The client request token was used for another request."));
        }
        Job job = newJob(token, json, model, asked.script().jobOrCompleting());
        byArn.put(job.arn(), job);
        if (byArn.size() > JOBS_MAX) {
            byArn.remove(byArn.keySet().iterator().next());
        }
        Map<String, Long> scripted = asked.script().usageOrNone().others();
        Map<String, Long> billed = scripted == null ? units.get().counts() : scripted;
        return job.failure() == null
                ? new Reply.Billed(
                        arn(job), Counts.ofOthers(billed), units.get().attributes(), model)
                : new Reply.Free(arn(job));
    }

    synchronized Reply get(Reply.Asked asked) {
        Job job = byArn.get(asked.route().modelId());
        return job == null
                ? new Reply.Failed(Errors.validation("The provided invocation ARN is invalid."))
                : new Reply.Free(describe(job));
    }

    /** Filtered, sorted and paged as asked; a token is the number of the first job of its page. */
    synchronized Reply list(Reply.Asked asked) {
        Received request = asked.request();
        List<Job> jobs = new ArrayList<>(byArn.values());
        Instant now = clock.instant();
        request.parameter("statusEquals")
                .ifPresent(status -> jobs.removeIf(job -> !job.statusAt(now).equals(status)));
        request.parameter("submitTimeAfter")
                .map(Instant::parse)
                .ifPresent(after -> jobs.removeIf(job -> !job.submitted().isAfter(after)));
        request.parameter("submitTimeBefore")
                .map(Instant::parse)
                .ifPresent(before -> jobs.removeIf(job -> !job.submitted().isBefore(before)));
        Comparator<Job> order = Comparator.comparing(Job::submitted);
        jobs.sort(request.parameter("sortOrder").filter("Ascending"::equals).isPresent() ? order : order.reversed());
        int from = request.parameter("nextToken").map(Integer::parseInt).orElse(0);
        int to = Math.min(
                jobs.size(),
                from + request.parameter("maxResults").map(Integer::parseInt).orElse(PAGE));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode summaries = answer.putArray("asyncInvokeSummaries");
        jobs.subList(Math.min(from, to), to).forEach(job -> summaries.add(describe(job)));
        return new Reply.Free(to < jobs.size() ? answer.put("nextToken", Integer.toString(to)) : answer);
    }

    private Job newJob(@Nullable String token, JsonNode json, ModelId model, JobScript script) {
        // Twelve digits in base 36, spread by an odd factor.
        String number = Long.toString(Math.abs(++started * 0x9E3779B97F4A7C15L), 36);
        String id = ("000000000000" + number).substring(number.length()).toLowerCase(Locale.ROOT);
        Instant now = clock.instant();
        return new Job(
                "arn:aws:bedrock:" + region + ":123456789012:async-invoke/" + id.substring(id.length() - ID_LENGTH),
                token,
                json,
                "arn:aws:bedrock:" + region + "::foundation-model/" + model.base(),
                now,
                now.plusMillis(script.durationMillis()),
                script.failure());
    }

    private static ObjectNode arn(Job job) {
        return JsonNodeFactory.instance.objectNode().put("invocationArn", job.arn());
    }

    private ObjectNode describe(Job job) {
        Instant now = clock.instant();
        String status = job.statusAt(now);
        boolean over = !status.equals("InProgress");
        ObjectNode answer = arn(job).put("modelArn", job.modelArn()).put("status", status);
        if (job.token() != null) {
            answer.put("clientRequestToken", job.token());
        }
        answer.put("submitTime", job.submitted().toString())
                .put("lastModifiedTime", (over ? job.ends() : job.submitted()).toString());
        if (over) {
            answer.put("endTime", job.ends().toString());
        }
        if (status.equals("Failed")) {
            answer.put("failureMessage", job.failure());
        }
        answer.set("outputDataConfig", job.request().path("outputDataConfig"));
        return answer;
    }
}
