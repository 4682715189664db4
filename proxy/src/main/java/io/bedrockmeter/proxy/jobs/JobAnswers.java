package io.bedrockmeter.proxy.jobs;

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
 * The answers of StartAsyncInvoke and ListAsyncInvokes, read whole. Stateless. Members and their names are those of the service
 * model of Bedrock Runtime.
 */
final class JobAnswers {
    private static final String ARN = "invocationArn";
    private static final String SUMMARIES = "asyncInvokeSummaries";
    private static final String NEXT = "nextToken";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JobAnswers() {}

    /** The ARN of the job that an answer says was begun; null if it names none. */
    static @Nullable String arnOf(byte[] answer) {
        JsonNode document = document(answer);
        return document == null ? null : document.path(ARN).stringValue(null);
    }

    /** A page of jobs; null if the answer is none. */
    static @Nullable Page page(byte[] answer) {
        JsonNode document = document(answer);
        JsonNode summaries = document == null ? null : document.get(SUMMARIES);
        return document != null && summaries instanceof ArrayNode jobs ? new Page(document, jobs) : null;
    }

    /** Some jobs, and where more are. */
    record Page(JsonNode document, ArrayNode summaries) {
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
            ArrayNode kept = page.putArray(SUMMARIES);
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

        private static @Nullable String arnOf(JsonNode summary) {
            return summary.path(ARN).stringValue(null);
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
