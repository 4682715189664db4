package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.control.ControlRoute;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.s3.ObjectStore;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Batch jobs: created once for a token, on their way until their time is over, then done all at once. That is found out when somebody
 * looks, at a job or at an object, so that what it wrote and the truth about it are there before anybody can see that it is over.
 * Thread-safe.
 */
final class BatchJobs {
    private static final int JOBS_MAX = 10_000;
    private static final int PAGE = 100;
    private static final int ID_LENGTH = 12;

    private final String region;
    private final InstantSource clock;
    private final ObjectStore objects;
    private final Bills bills;
    private final Consumer<TruthEntry> truth;
    private final Map<String, BatchJob> byArn = new LinkedHashMap<>();
    private long created;

    /**
     * No jobs yet.
     *
     * @param truth told of each record that is billed
     */
    BatchJobs(String region, InstantSource clock, ObjectStore objects, Bills bills, Consumer<TruthEntry> truth) {
        this.region = region;
        this.clock = clock;
        this.objects = objects;
        this.bills = bills;
        this.truth = truth;
    }

    /** Who asks for what. */
    record Asked(ControlRoute route, Received request, JsonNode json, Caller caller, Script script) {}

    synchronized void clear() {
        byArn.clear();
    }

    /** Ends the jobs whose time is over. */
    synchronized void progress() {
        Instant now = clock.instant();
        for (BatchJob job : byArn.values()) {
            if (job.isDue(now)) {
                BatchRun run = new BatchRun(job, objects, bills);
                job.end(run.run());
                run.billed().forEach(truth);
            }
        }
    }

    /** Whether a look at the control plane is one at batch jobs. */
    static boolean isAbout(ControlRoute route) {
        return route.operation().contains("ModelInvocationJob");
    }

    synchronized Reply answer(Asked asked) {
        progress();
        try {
            return switch (asked.route().operation()) {
                case "CreateModelInvocationJob" -> create(asked);
                case "ListModelInvocationJobs" -> list(asked.request());
                case "GetModelInvocationJob" -> about(asked, job -> new Reply.Free(job.describe(clock.instant())));
                default -> about(asked, this::stop);
            };
        } catch (IllegalArgumentException | DateTimeException malformed) {
            return new Reply.Failed(Errors.validation("A parameter is malformed: " + malformed.getMessage()));
        }
    }

    private Reply create(Asked asked) {
        JsonNode json = asked.json();
        ModelId model = ModelId.parse(json.path("modelId").asString(""), null);
        String id = ("000000000000" + Long.toString(Math.abs(++created * 0x9E3779B97F4A7C15L), 36));
        BatchJob job = new BatchJob(
                "arn:aws:bedrock:" + region + ":123456789012:model-invocation-job/"
                        + id.substring(id.length() - ID_LENGTH),
                json,
                model,
                asked.caller(),
                asked.script());
        if (model.kind() == ModelId.Kind.PROVISIONED
                || Family.of(model.base(), JsonNodeFactory.instance.objectNode())
                        .isEmpty()) {
            return new Reply.Failed(Errors.validation("The provided model identifier is invalid."));
        }
        if (BatchRun.Place.of(job.inputUri()).isEmpty()
                || BatchRun.Place.of(job.outputUri()).isEmpty()
                || json.path("roleArn").asString("").isEmpty()
                || json.path("jobName").asString("").isEmpty()) {
            return new Reply.Failed(
                    Errors.validation("jobName, roleArn, and the S3 URIs of input and output are required."));
        }
        Optional<BatchJob> earlier = byArn.values().stream()
                .filter(other -> job.token() != null && job.token().equals(other.token()))
                .findFirst();
        if (earlier.isPresent()) {
            return earlier.get().request.equals(json)
                    ? new Reply.Free(arn(earlier.get()))
                    : new Reply.Failed(ErrorAnswer.of(
                            400, "ConflictException", "The client request token was used for another request."));
        }
        if (byArn.size() == JOBS_MAX) {
            return new Reply.Failed(
                    ErrorAnswer.of(400, "ServiceQuotaExceededException", "There are too many batch jobs."));
        }
        byArn.put(job.arn, job);
        return new Reply.Free(arn(job));
    }

    private Reply stop(BatchJob job) {
        if (job.isOver()) {
            return new Reply.Failed(
                    ErrorAnswer.of(400, "ConflictException", "The job is over: " + job.statusAt(clock.instant())));
        }
        job.stop(clock.instant());
        progress();
        return new Reply.Free(JsonNodeFactory.instance.objectNode());
    }

    private Reply about(Asked asked, Function<BatchJob, Reply> answer) {
        String identifier = asked.route().identifier();
        Predicate<BatchJob> isMeant =
                job -> job.arn.equals(identifier) || job.id().equals(identifier);
        return byArn.values().stream()
                .filter(isMeant)
                .findFirst()
                .map(answer)
                .orElseGet(() -> new Reply.Failed(ErrorAnswer.of(
                        404, "ResourceNotFoundException", "The requested resource was not found: " + identifier)));
    }

    /** Filtered, sorted and paged as asked; a token is the number of the first job of its page. */
    private Reply list(Received request) {
        List<BatchJob> jobs = new ArrayList<>(byArn.values());
        Instant now = clock.instant();
        request.parameter("statusEquals")
                .ifPresent(status -> jobs.removeIf(job -> !job.statusAt(now).equals(status)));
        request.parameter("nameContains")
                .ifPresent(part -> jobs.removeIf(
                        job -> !job.request.path("jobName").asString("").contains(part)));
        request.parameter("submitTimeAfter")
                .map(Instant::parse)
                .ifPresent(after -> jobs.removeIf(job -> !job.creator.at().isAfter(after)));
        request.parameter("submitTimeBefore")
                .map(Instant::parse)
                .ifPresent(before -> jobs.removeIf(job -> !job.creator.at().isBefore(before)));
        Comparator<BatchJob> order = Comparator.comparing(job -> job.creator.at());
        jobs.sort(request.parameter("sortOrder").filter("Ascending"::equals).isPresent() ? order : order.reversed());
        int from = request.parameter("nextToken").map(Integer::parseInt).orElse(0);
        int max = request.parameter("maxResults").map(Integer::parseInt).orElse(PAGE);
        int to = Math.min(jobs.size(), from + max);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode summaries = answer.putArray("invocationJobSummaries");
        jobs.subList(Math.min(from, to), to).forEach(job -> summaries.add(job.describe(now)));
        return new Reply.Free(to < jobs.size() ? answer.put("nextToken", Integer.toString(to)) : answer);
    }

    private static ObjectNode arn(BatchJob job) {
        return JsonNodeFactory.instance.objectNode().put("jobArn", job.arn);
    }
}
