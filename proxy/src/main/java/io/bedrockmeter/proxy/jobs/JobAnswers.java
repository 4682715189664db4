package io.bedrockmeter.proxy.jobs;

import io.bedrockmeter.proxy.route.JobKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers of operations that begin a job of some kind, and of those that list such jobs, read whole. Immutable. Members and
 * their names are those of the service models of Bedrock Runtime and Bedrock.
 *
 * @param arnMember the member that names a job
 * @param summariesMember the member that has a page's jobs
 */
record JobAnswers(String arnMember, String summariesMember) {
    private static final JobAnswers OF_ASYNC_INVOCATIONS = new JobAnswers("invocationArn", "asyncInvokeSummaries");
    private static final JobAnswers OF_BATCH_JOBS = new JobAnswers("jobArn", "invocationJobSummaries");
    private static final String NEXT = "nextToken";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Those about a kind of jobs. */
    static JobAnswers about(JobKind kind) {
        return switch (kind) {
            case ASYNC_INVOCATION -> OF_ASYNC_INVOCATIONS;
            case BATCH -> OF_BATCH_JOBS;
        };
    }

    /** The ARN of the job that an answer says was begun; null if it names none. */
    @Nullable
    String arnOf(byte[] answer) {
        JsonNode document = document(answer);
        return document == null ? null : document.path(arnMember).stringValue(null);
    }

    /** A page of jobs; null if the answer is none. */
    @Nullable
    Page page(byte[] answer) {
        JsonNode document = document(answer);
        JsonNode summaries = document == null ? null : document.get(summariesMember);
        return document != null && summaries instanceof ArrayNode jobs ? new Page(this, document, jobs) : null;
    }

    /** Some jobs, and where more are. */
    record Page(JobAnswers members, JsonNode document, ArrayNode summaries) {
        /** The ARNs of its jobs, in their order. */
        List<String> arns() {
            List<String> arns = new ArrayList<>();
            for (JsonNode summary : summaries) {
                String arn = arnOf(summary);
                if (arn != null) {
                    arns.add(arn);
                }
            }
            return arns;
        }

        /**
         * The page with those jobs only, as Bedrock would send it. What is beside the jobs and the way to the next page is left
         * out, because nobody knows whom it is about.
         */
        byte[] withOnly(Predicate<String> shown) {
            ObjectNode page = JSON.createObjectNode();
            ArrayNode kept = page.putArray(members.summariesMember());
            for (JsonNode summary : summaries) {
                String arn = arnOf(summary);
                if (arn != null && shown.test(arn)) {
                    kept.add(summary);
                }
            }
            String next = document.path(NEXT).stringValue(null);
            if (next != null) {
                page.put(NEXT, next);
            }
            return JSON.writeValueAsBytes(page);
        }

        private @Nullable String arnOf(JsonNode summary) {
            return summary.path(members.arnMember()).stringValue(null);
        }
    }

    private static @Nullable JsonNode document(byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException malformed) {
            return null;
        }
    }
}
