package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonListener;
import io.bedrockmeter.metering.json.JsonPaths;
import io.bedrockmeter.metering.json.JsonScanner;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request says about the usage to come, from its headers and from its body as it arrives. Keeps a few
 * numbers, never the body; whatever the bytes are, it ends in facts.
 *
 * <p>A header goes before the body for tier and latency. Of several output limits the largest stands, for a budget holds
 * the worst case; of several models the last, as in most readers of JSON. Confined to one thread.
 */
public final class RequestReader {
    static final int MAX_OUTPUT = 0;
    static final int SERVICE_TIER = 1;
    static final int LATENCY = 2;
    static final int DOCUMENTS = 3;
    static final int IMAGES_GIVEN = 4;
    static final int MODEL = 5;
    static final int STREAM = 6;
    static final int USAGE = 7;

    private final JsonScanner scanner;
    private final Found found = new Found();
    private long bodyBytes;

    private RequestReader(JsonPaths paths, RequestHead head) {
        this.scanner = new JsonScanner(paths, found);
        found.serviceTier = head.header("X-Amzn-Bedrock-Service-Tier");
        found.latency = head.header("X-Amzn-Bedrock-PerformanceConfig-Latency");
    }

    /**
     * Opens a reader for one request.
     *
     * @param format how its answer will be framed
     * @param model the model that the path names; null where the body does
     * @param head the request's head; not kept
     */
    public static RequestReader open(WireFormat format, @Nullable ModelRef model, RequestHead head) {
        Family family = model == null ? Families.generic() : Families.of(model);
        return new RequestReader(UsageDialect.of(format).requestPaths(family), head);
    }

    /** Shows the next bytes of the body, between position and limit, and leaves both as they were. */
    public void read(ByteBuffer bytes) {
        bodyBytes += bytes.remaining();
        scanner.feed(bytes);
    }

    /** What was found. Called once, last. */
    public RequestFacts finish() {
        scanner.finish();
        return new RequestFacts(
                bodyBytes,
                found.maxOutputTokens,
                found.serviceTier,
                found.latency,
                found.model,
                found.stream,
                found.usage,
                found.work());
    }

    private static final class Found implements JsonListener {
        private long maxOutputTokens = -1;
        private long documents;
        private long imagesGiven;
        private boolean stream;
        private boolean usage;
        private @Nullable String serviceTier;
        private @Nullable String latency;
        private @Nullable String model;

        @Override
        public void onNumber(int path, long value) {
            maxOutputTokens = Math.max(maxOutputTokens, value);
        }

        @Override
        public void onText(int path, String value) {
            if (path == SERVICE_TIER && serviceTier == null) {
                serviceTier = value;
            } else if (path == LATENCY && latency == null) {
                latency = value;
            } else if (path == MODEL) {
                model = value;
            }
        }

        @Override
        public void onValue(int path) {
            switch (path) {
                case DOCUMENTS -> documents++;
                case IMAGES_GIVEN -> imagesGiven++;
                case STREAM -> stream = true;
                case USAGE -> usage = true;
                default -> throw new IllegalArgumentException("no value has the number " + path);
            }
        }

        RequestedWork work() {
            return documents == 0 && imagesGiven == 0
                    ? RequestedWork.NONE
                    : new RequestedWork(documents, imagesGiven, 0, 0, Map.of());
        }
    }
}
