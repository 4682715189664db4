package io.bedrockmeter.simulator.traffic;

import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A batch job of a round: created, looked at until it is over, and found in the list. Its input is {@code s3://demo/records.jsonl},
 * which whoever starts the simulator puts there.
 */
final class DemoBatch {
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String JOB = "/model-invocation-job";
    /** Requests that are alike and of one second are signed alike, which a replay guard refuses. */
    private static final long PAUSE_MILLIS = 1_000;

    private static final int LOOKS_MAX = 60;
    private static final JsonMapper JSON = new JsonMapper();

    private DemoBatch() {}

    static DemoCall call() {
        return new DemoCall("Create-, Get- and ListModelInvocationJobs " + HAIKU, DemoBatch::run);
    }

    private static String run(SdkClients clients, String question) {
        String arn = told(clients.runtime().post(JOB, request())).path("jobArn").asString("");
        String id = arn.substring(arn.lastIndexOf('/') + 1);
        if (told(clients.runtime().get(JOB + "s"))
                .path("invocationJobSummaries")
                .valueStream()
                .noneMatch(job -> job.path("jobArn").asString("").equals(arn))) {
            throw new IllegalStateException(arn + " is not listed to the one who created it");
        }
        String status = "";
        for (int look = 0; look < LOOKS_MAX && !status.equals("Completed"); look++) {
            pause();
            status = told(clients.runtime().get(JOB + "/" + id)).path("status").asString("");
        }
        if (!status.equals("Completed")) {
            throw new IllegalStateException(arn + " is " + status);
        }
        return status;
    }

    private static String request() {
        ObjectNode request = JSON.createObjectNode()
                .put("clientRequestToken", UUID.randomUUID().toString())
                .put("jobName", "demo")
                .put("modelId", HAIKU)
                .put("roleArn", "arn:aws:iam::123456789012:role/demo");
        request.putObject("inputDataConfig").putObject("s3InputDataConfig").put("s3Uri", "s3://demo/records.jsonl");
        request.putObject("outputDataConfig").putObject("s3OutputDataConfig").put("s3Uri", "s3://demo/results");
        return request.toString();
    }

    private static JsonNode told(SignedHttp.Reply reply) {
        if (reply.status() != 200) {
            throw new IllegalStateException("status " + reply.status() + ": " + reply.body());
        }
        return JSON.readTree(reply.body());
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch job", e);
        }
    }
}
