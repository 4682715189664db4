package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonListener;
import io.bedrockmeter.metering.json.JsonPaths;
import io.bedrockmeter.metering.json.JsonScanner;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request says about the usage to come, from its headers and from its body as it arrives. Keeps a few
 * numbers, never the body; whatever the bytes are, it ends in facts.
 *
 * <p>A header goes before the body for tier and latency. Of several output limits the largest stands, for a budget holds
 * the worst case. Confined to one thread.
 */
public final class RequestReader {
    static final int MAX_OUTPUT = 0;
    static final int SERVICE_TIER = 1;
    static final int LATENCY = 2;
    static final int DOCUMENTS = 3;
    static final int IMAGES = 4;

    private final JsonScanner scanner;
    private final Found found = new Found();
    private long bodyBytes;

    private RequestReader(JsonPaths paths, RequestHead head) {
        this.scanner = new JsonScanner(paths, found);
        found.serviceTier = head.header("X-Amzn-Bedrock-Service-Tier");
        found.latency = head.header("X-Amzn-Bedrock-PerformanceConfig-Latency");
    }

    /** Opens a reader for one request. The head is not kept. */
    public static RequestReader open(WireFormat format, ModelRef model, RequestHead head) {
        return new RequestReader(UsageDialect.of(format).requestPaths(Families.of(model)), head);
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
                bodyBytes, found.maxOutputTokens, found.serviceTier, found.latency, found.documents, found.images);
    }

    private static final class Found implements JsonListener {
        private long maxOutputTokens = -1;
        private long documents;
        private long images;
        private @Nullable String serviceTier;
        private @Nullable String latency;

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
            }
        }

        @Override
        public void onValue(int path) {
            if (path == DOCUMENTS) {
                documents++;
            } else {
                images++;
            }
        }
    }
}
