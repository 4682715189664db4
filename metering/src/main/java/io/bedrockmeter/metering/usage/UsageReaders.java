package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonNumbers;
import io.bedrockmeter.metering.model.ModelRef;
import org.jspecify.annotations.Nullable;

/** The way to a {@link UsageReader}: the one place that knows which reader suits which response. */
public final class UsageReaders {
    private static final String COUNT_HEADER = "X-Amzn-Bedrock-%s-Token-Count";
    private static final String INPUT = COUNT_HEADER.formatted("Input");
    private static final String OUTPUT = COUNT_HEADER.formatted("Output");
    private static final String CACHE_READ = COUNT_HEADER.formatted("Cache-Read-Input");
    private static final String CACHE_WRITE = COUNT_HEADER.formatted("Cache-Write-Input");

    /** Of an answer that never came, but might have been a good one. */
    private static final ResponseHead NO_HEAD = new ResponseHead() {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    };

    private UsageReaders() {}

    /**
     * Opens a reader for a response whose head has arrived.
     *
     * @param format how the operation frames its answer
     * @param model the model named; one that hides what is behind it is read as any of the common shapes, unless its request was
     *     read as another
     * @param request what the request said
     * @param head the response's head; not kept
     */
    public static UsageReader open(WireFormat format, ModelRef model, RequestFacts request, ResponseHead head) {
        if (head.status() < 200 || head.status() > 299) {
            return SettledReader.refused(UsageGap.NOT_SUCCESSFUL);
        }
        if (isUnknownOperation(head.header("x-amzn-ErrorType"))) {
            return SettledReader.refused(UsageGap.NOT_AN_INFERENCE);
        }
        boolean streamed = format.streamed(head.header("Content-Type"));
        ModelRef readAs = request.readAs() == null ? model : request.readAs();
        Opening opening = new Opening(
                UsageDialect.of(format),
                streamed,
                Families.of(readAs),
                request,
                head.header("X-Amzn-Bedrock-Service-Tier"),
                head.header("X-Amzn-Bedrock-PerformanceConfig-Latency"));
        return switch (format) {
            case INVOKE_JSON -> new DocumentReader(opening, measured(head));
            case CONVERSE_JSON, APPLY_GUARDRAIL, GUARDRAIL_CHECKS, ASYNC_JOB ->
                new DocumentReader(opening, new Tally());
            case INVOKE_EVENT_STREAM, CONVERSE_EVENT_STREAM, BIDIRECTIONAL_EVENT_STREAM -> new StreamReader(opening);
            case CHAT_COMPLETIONS, RESPONSES, MESSAGES ->
                streamed ? new SseReader(opening) : new DocumentReader(opening, new Tally());
            case COUNT_TOKENS, BATCH_JOB, UNBILLED -> SettledReader.FREE;
        };
    }

    /**
     * The best single guess at what a call consumed that was sent and never answered: what its request alone tells.
     *
     * @param format how its answer would have been framed
     * @param model the model named
     * @param request what the request said
     */
    public static Usage unanswered(WireFormat format, ModelRef model, RequestFacts request) {
        return switch (open(format, model, request, NO_HEAD).finish(false)) {
            case UsageReading.Exact exact -> exact.usage();
            case UsageReading.Partial partial -> partial.estimate();
            case UsageReading.Absent absent -> absent.estimate();
        };
    }

    /** Whether an answer's error type, with or without a name space, says that there is no such operation. */
    static boolean isUnknownOperation(@Nullable String errorType) {
        return errorType != null && errorType.contains("UnknownOperationException");
    }

    /** The counts in the head of an answer of InvokeModel. */
    private static Tally measured(ResponseHead head) {
        Tally tally = new Tally();
        take(tally, Slot.MEASURED_INPUT, head.header(INPUT));
        take(tally, Slot.MEASURED_OUTPUT, head.header(OUTPUT));
        take(tally, Slot.MEASURED_CACHE_READ, head.header(CACHE_READ));
        take(tally, Slot.MEASURED_CACHE_WRITE, head.header(CACHE_WRITE));
        return tally;
    }

    private static void take(Tally tally, int slot, @Nullable String header) {
        if (header == null || header.isBlank()) {
            return;
        }
        long value = JsonNumbers.parse(header.strip());
        if (value == JsonNumbers.IMPLAUSIBLE) {
            tally.onImplausible(slot);
        } else {
            tally.onNumber(slot, value);
        }
    }
}
