package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonListener;
import io.bedrockmeter.metering.json.JsonNumbers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What has been read of one document, or of one response: the raw facts, before any rule is applied to them. Mutable,
 * confined to its reader.
 *
 * <p>Within a document the first valid value of a fact stands; one that differs later is kept out and noted as a
 * disagreement. How documents of a stream join is {@link Join}.
 */
final class Tally implements JsonListener {
    /** What a slot holds before anything was read. */
    static final long UNKNOWN = -1;

    /** How the documents of one stream make one tally. */
    enum Join {
        /** The first document without an implausible count stands whole; another is only compared with it. */
        FIRST_VALID,
        /** The latest value of each fact stands, for counts that run as the stream does. */
        LATEST
    }

    private final long[] counts = new long[Slot.COUNTS];
    private boolean touched;
    private int implausible;
    private boolean disagreed;
    private boolean intervened;
    private boolean modelRan;
    private boolean choices;
    private boolean error;
    private boolean filtered;
    private boolean unknownOperation;
    private long textBytes;
    private @Nullable String serviceTier;
    private @Nullable String latency;
    private @Nullable String invokedModelId;
    private @Nullable String detailTtl;
    private long detailTokens = UNKNOWN;

    Tally() {
        Arrays.fill(counts, UNKNOWN);
    }

    /** A copy of a document's tally, to begin a response's with. */
    Tally(Tally document) {
        System.arraycopy(document.counts, 0, counts, 0, counts.length);
        implausible = document.implausible;
        disagreed = document.disagreed;
        intervened = document.intervened;
        modelRan = document.modelRan;
        takeTexts(document);
    }

    /** Whether anything was read since the tally was made or cleared. */
    boolean isTouched() {
        return touched;
    }

    long count(int slot) {
        return counts[slot];
    }

    boolean has(int slot) {
        return counts[slot] != UNKNOWN;
    }

    /** The first of two slots that is known, or {@link #UNKNOWN}. */
    long first(int slot, int otherSlot) {
        return has(slot) ? counts[slot] : counts[otherSlot];
    }

    boolean hasImplausible() {
        return implausible != 0;
    }

    boolean disagreed() {
        return disagreed;
    }

    /** Whether a guardrail stepped in. */
    boolean intervened() {
        return intervened;
    }

    /** Whether there is evidence that the model ran, besides its counts. */
    boolean modelRan() {
        return modelRan;
    }

    /** Whether the document delivers a piece of an answer. */
    boolean hasChoices() {
        return choices;
    }

    /** Whether the document is word of an error. */
    boolean isError() {
        return error;
    }

    /** Whether images were kept back. */
    boolean isFiltered() {
        return filtered;
    }

    /** Whether the answer says that there is no such operation. */
    boolean isUnknownOperation() {
        return unknownOperation;
    }

    /** Bytes of text that the document delivers. */
    long textBytes() {
        return textBytes;
    }

    @Nullable
    String serviceTier() {
        return serviceTier;
    }

    @Nullable
    String latency() {
        return latency;
    }

    @Nullable
    String invokedModelId() {
        return invokedModelId;
    }

    /** Makes this the tally of a new document. */
    void clear() {
        Arrays.fill(counts, UNKNOWN);
        touched = false;
        implausible = 0;
        disagreed = false;
        intervened = false;
        modelRan = false;
        choices = false;
        error = false;
        filtered = false;
        unknownOperation = false;
        textBytes = 0;
        serviceTier = null;
        latency = null;
        invokedModelId = null;
        detailTtl = null;
        detailTokens = UNKNOWN;
    }

    /** Adds a later document of the same stream. */
    void join(Tally later, Join join) {
        switch (join) {
            case FIRST_VALID -> joinFirstValid(later);
            case LATEST -> joinLatest(later);
        }
    }

    /** Takes the output so far of a document that sums up for the final one. */
    void settleOutput(Tally document) {
        if (document.has(Slot.OUTPUT_RUNNING)) {
            counts[Slot.OUTPUT] = document.counts[Slot.OUTPUT_RUNNING];
        }
    }

    private void joinFirstValid(Tally later) {
        boolean replaced = !isValid() && later.isValid();
        disagreed |= hasImplausible() || later.disagreed || later.hasImplausible();
        if (!replaced) {
            disagreed |= !Arrays.equals(counts, later.counts);
            return;
        }
        System.arraycopy(later.counts, 0, counts, 0, counts.length);
        implausible = 0;
        takeTexts(later);
    }

    private void joinLatest(Tally later) {
        for (int slot = 0; slot < Slot.COUNTS; slot++) {
            if (!later.has(slot)) {
                continue;
            }
            if (slot >= Slot.GUARDRAIL && slot < Slot.SPEECH_INPUT) {
                add(slot, later.counts[slot]);
            } else {
                counts[slot] = later.counts[slot];
            }
        }
        implausible = (implausible & ~later.known()) | later.implausible;
        disagreed |= later.disagreed;
        intervened |= later.intervened;
        modelRan |= later.modelRan;
        takeTexts(later);
    }

    private boolean isValid() {
        return !hasImplausible() && (has(Slot.INPUT) || has(Slot.OUTPUT));
    }

    private void takeTexts(Tally later) {
        serviceTier = later.serviceTier == null ? serviceTier : later.serviceTier;
        latency = later.latency == null ? latency : later.latency;
        invokedModelId = later.invokedModelId == null ? invokedModelId : later.invokedModelId;
    }

    private int known() {
        int known = 0;
        for (int slot = 0; slot < Slot.COUNTS; slot++) {
            known |= has(slot) ? 1 << slot : 0;
        }
        return known;
    }

    @Override
    public void onNumber(int path, long value) {
        touched = true;
        if (path == Slot.DETAIL_TOKENS) {
            detailTokens = value;
        } else if ((path & Slot.SUMMED) != 0) {
            add(path & ~Slot.SUMMED, value);
        } else if (!has(path)) {
            counts[path] = value;
            implausible &= ~(1 << path);
        } else {
            disagreed |= counts[path] != value;
        }
    }

    @Override
    public void onImplausible(int path) {
        touched = true;
        int slot = path == Slot.DETAIL_TOKENS ? Slot.CACHE_WRITE : path & ~Slot.SUMMED;
        boolean alreadyValid = has(slot) && (path & Slot.SUMMED) == 0 && path != Slot.DETAIL_TOKENS;
        if (alreadyValid) {
            disagreed = true;
        } else {
            implausible |= 1 << slot;
        }
    }

    @Override
    public void onValue(int path) {
        touched = true;
        switch (path) {
            case Slot.MODEL_OUTPUT -> modelRan = true;
            case Slot.CHOICE -> choices = true;
            case Slot.ERROR -> error = true;
            case Slot.FILTERED -> filtered = true;
            default -> add(path & ~Slot.SUMMED, 1);
        }
    }

    @Override
    public void onText(int path, String value) {
        touched = true;
        switch (path) {
            case Slot.SERVICE_TIER -> serviceTier = serviceTier == null ? Served.tierCalled(value) : serviceTier;
            case Slot.LATENCY -> latency = latency == null ? value : latency;
            case Slot.INVOKED_MODEL -> invokedModelId = invokedModelId == null ? value : invokedModelId;
            case Slot.GUARDRAIL_ACTION -> intervened |= value.equals("INTERVENED");
            case Slot.DETAIL_TTL -> detailTtl = value;
            case Slot.ERROR_TYPE -> unknownOperation |= UsageReaders.isUnknownOperation(value);
            default -> throw new IllegalArgumentException("no text has the number " + path);
        }
    }

    @Override
    public void onBytes(int path, byte[] bytes, int from, int to) {
        touched = true;
        textBytes += to - from;
    }

    @Override
    public void onEnd(int path) {
        if (detailTokens != UNKNOWN) {
            add(Slot.cacheWrite(detailTtl), detailTokens);
        }
        detailTtl = null;
        detailTokens = UNKNOWN;
    }

    private void add(int slot, long value) {
        long sum = Math.max(0, counts[slot]) + value;
        if (sum > JsonNumbers.MAX) {
            implausible |= 1 << slot;
        } else {
            counts[slot] = sum;
        }
    }
}
