package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Script;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A batch job: as it was created, and what became of it once its time was over. Guarded by its {@link BatchJobs}. */
final class BatchJob {
    private static final int HOURS = 24;

    final String arn;
    final JsonNode request;
    final ModelId model;
    final Caller creator;
    final Script script;

    private Instant ends;
    private boolean isStopped;
    private @Nullable Result result;

    BatchJob(String arn, JsonNode request, ModelId model, Caller creator, Script script) {
        this.arn = arn;
        this.request = request;
        this.model = model;
        this.creator = creator;
        this.script = script;
        this.ends = creator.at().plusMillis(how().durationMillis());
    }

    /** How it ended, and its records by what became of them. */
    record Result(String status, @Nullable String message, long total, long succeeded, long failed) {
        static Result failed(String message) {
            return new Result("Failed", message, 0, 0, 0);
        }
    }

    /** The last part of its ARN. */
    String id() {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    @Nullable
    String token() {
        return request.path("clientRequestToken").asString(null);
    }

    JobScript how() {
        return script.jobOrCompleting();
    }

    /** What its records are calls of. */
    Operation operation() {
        return request.path("modelInvocationType").asString("InvokeModel").equals("Converse")
                ? Operation.CONVERSE
                : Operation.INVOKE_MODEL;
    }

    String inputUri() {
        return request.at("/inputDataConfig/s3InputDataConfig/s3Uri").asString("");
    }

    String outputUri() {
        return request.at("/outputDataConfig/s3OutputDataConfig/s3Uri").asString("");
    }

    Instant ends() {
        return ends;
    }

    boolean isOver() {
        return result != null;
    }

    boolean isDue(Instant now) {
        return result == null && !now.isBefore(ends);
    }

    void end(Result how) {
        result = how;
    }

    /** Ends it at once, unless it is over. */
    void stop(Instant now) {
        if (result == null) {
            isStopped = true;
            ends = now;
        }
    }

    /** The status that it ends in if it does not fail. */
    String ending() {
        String scripted = how().ending();
        return isStopped ? "Stopped" : scripted == null ? "Completed" : scripted;
    }

    /** How many of its records are done when it ends: of a stopped one as many as it had the time for. */
    long recordsDone(long total) {
        if (isStopped) {
            long whole = Math.max(1, how().durationMillis());
            return total * Math.min(whole, Duration.between(creator.at(), ends).toMillis()) / whole;
        }
        Integer scripted = how().records();
        return scripted == null ? total : Math.min(total, scripted);
    }

    String statusAt(Instant now) {
        Result over = result;
        if (over != null) {
            return over.status();
        }
        long tenth = 10 * Duration.between(creator.at(), now).toMillis() / Math.max(1, how().durationMillis());
        return tenth < 1 ? "Submitted" : tenth < 2 ? "Validating" : tenth < 3 ? "Scheduled" : "InProgress";
    }

    /** The answer of GetModelInvocationJob. */
    ObjectNode describe(Instant now) {
        Instant submitted = creator.at();
        Result over = result;
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jobArn", arn).put("status", statusAt(now));
        for (String given : new String[] {
            "jobName", "modelId", "roleArn", "clientRequestToken", "inputDataConfig", "outputDataConfig"
        }) {
            if (request.has(given)) {
                answer.set(given, request.path(given));
            }
        }
        int hours = request.path("timeoutDurationInHours").asInt(HOURS);
        answer.put("modelInvocationType", request.path("modelInvocationType").asString("InvokeModel"))
                .put("timeoutDurationInHours", hours)
                .put("submitTime", submitted.toString())
                .put("lastModifiedTime", (over == null ? submitted : ends).toString())
                .put(
                        "jobExpirationTime",
                        submitted.plus(Duration.ofHours(hours)).toString());
        if (over != null) {
            answer.put("endTime", ends.toString())
                    .put("totalRecordCount", over.total())
                    .put("processedRecordCount", over.succeeded() + over.failed())
                    .put("successRecordCount", over.succeeded())
                    .put("errorRecordCount", over.failed());
            if (over.message() != null) {
                answer.put("message", over.message());
            }
        }
        return answer;
    }
}
