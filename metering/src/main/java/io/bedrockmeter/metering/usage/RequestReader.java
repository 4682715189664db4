package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonListener;
import io.bedrockmeter.metering.json.JsonScanner;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
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
    static final int MODEL = 3;
    static final int STREAM = 4;
    static final int USAGE = 5;
    static final int GUARDRAIL = 6;
    static final int CLIENT_TOKEN = 7;

    private final JsonScanner scanner;
    private final Found found = new Found();
    private final @Nullable ModelRef model;
    private final UnaryOperator<ModelRef> named;
    private final Family family;
    private final boolean job;
    private long bodyBytes;

    private RequestReader(
            UsageDialect dialect, @Nullable ModelRef model, RequestHead head, UnaryOperator<ModelRef> named) {
        this.model = model;
        this.named = named;
        this.job = dialect == UsageDialect.JOB;
        this.family = family(model);
        this.scanner = new JsonScanner(dialect.requestPaths(family), found);
        found.serviceTier = head.header("X-Amzn-Bedrock-Service-Tier");
        found.latency = head.header("X-Amzn-Bedrock-PerformanceConfig-Latency");
        // The operations that take options in their body take none of them from headers.
        String guardrail = dialect == UsageDialect.CONVERSE ? null : head.header("X-Amzn-Bedrock-GuardrailIdentifier");
        if (guardrail != null) {
            found.guardrail(guardrail);
        }
    }

    /**
     * Opens a reader for one request.
     *
     * @param format how its answer will be framed
     * @param model the model that the path names; null where the body does
     * @param head the request's head; not kept
     */
    public static RequestReader open(WireFormat format, @Nullable ModelRef model, RequestHead head) {
        return open(format, model, head, UnaryOperator.identity());
    }

    /**
     * The same where it may be known what is behind an identifier that names no model.
     *
     * @param named the model that an identifier stands for, as far as is known; itself if nothing is
     */
    public static RequestReader open(
            WireFormat format, @Nullable ModelRef model, RequestHead head, UnaryOperator<ModelRef> named) {
        return new RequestReader(UsageDialect.of(format), model, head, named);
    }

    /** Shows the next bytes of the body, between position and limit, and leaves both as they were. */
    public void read(ByteBuffer bytes) {
        bodyBytes += bytes.remaining();
        scanner.feed(bytes);
    }

    /** What was found. Called once, last. */
    public RequestFacts finish() {
        scanner.finish();
        ModelRef asked = model == null && found.model != null ? ModelRef.parse(found.model) : model;
        ModelRef behind = asked == null ? null : named.apply(asked);
        return new RequestFacts(
                bodyBytes,
                found.maxOutputTokens,
                found.serviceTier,
                found.latency,
                found.model,
                found.stream,
                found.usage,
                found.guarded,
                found.guardrails == 1 ? found.guardrail : null,
                // A job names its model wherever it likes, so what it asks for is understood in the end.
                found.work(job ? family(asked) : family),
                found.clientToken,
                behind == null || behind.equals(asked) ? null : behind);
    }

    private Family family(@Nullable ModelRef asked) {
        return asked == null ? Families.generic() : Families.of(named.apply(asked));
    }

    private static final class Found implements JsonListener {
        private long maxOutputTokens = -1;
        private boolean stream;
        private boolean usage;
        private boolean guarded;
        private int guardrails;
        private @Nullable String guardrail;
        private @Nullable String serviceTier;
        private @Nullable String latency;
        private @Nullable String model;
        private @Nullable String clientToken;

        /** Made when it is needed, which for text is never. */
        private @Nullable WorkOrder order;

        @Override
        public void onNumber(int path, long value) {
            if (path >= WorkOrder.FACTS) {
                order().onNumber(path, value);
            } else {
                maxOutputTokens = Math.max(maxOutputTokens, value);
            }
        }

        @Override
        public void onText(int path, String value) {
            if (path >= WorkOrder.FACTS) {
                order().onText(path, value);
            } else if (path == SERVICE_TIER && serviceTier == null) {
                serviceTier = value;
            } else if (path == LATENCY && latency == null) {
                latency = value;
            } else if (path == MODEL) {
                model = value;
            } else if (path == CLIENT_TOKEN) {
                clientToken = value;
            } else if (path == GUARDRAIL) {
                guardrail(value);
            }
        }

        /** Of two that differ, nobody knows which one Bedrock takes. */
        void guardrail(String value) {
            guarded |= !value.isBlank();
            if (!value.equals(guardrail)) {
                guardrails++;
                guardrail = value;
            }
        }

        @Override
        public void onValue(int path) {
            if (path >= WorkOrder.FACTS) {
                order().onValue(path);
            } else {
                stream |= path == STREAM;
                usage |= path == USAGE;
            }
        }

        @Override
        public void onBytes(int path, byte[] bytes, int from, int to) {
            order().onBytes(bytes, from, to);
        }

        @Override
        public void onSize(int path, long bytes) {
            order().onSize(path, bytes);
        }

        private WorkOrder order() {
            if (order == null) {
                order = new WorkOrder();
            }
            return order;
        }

        RequestedWork work(Family family) {
            return order == null && family.work() == Family.Work.TEXT ? RequestedWork.NONE : order().work(family);
        }
    }
}
