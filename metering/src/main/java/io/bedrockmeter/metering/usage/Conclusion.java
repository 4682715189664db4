package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.Family.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The reading that follows from a tally: every rule about whose count is believed, in one place.
 *
 * <h2>Rules</h2>
 *
 * <ol>
 *   <li>What Amazon Bedrock measured (headers, or the metrics in the last chunk) goes before what the model's body says.
 *       Output of a stream whose family says so is the larger of the two, because the measure is known to be low there.
 *   <li>A guardrail that stopped the input, so that nothing was measured, leaves zero model tokens: the numbers in the
 *       body describe its canned answer. Its own units are billed.
 *   <li>Cached tokens that input includes are taken off it.
 *   <li>Cache writes are split by time to live as the body says, scaled to the measured total where they differ.
 *   <li>A guardrail that was asked to watch, and whose units are not told, leaves usage partial.
 *   <li>A fact is final once the document that holds it is whole: the head, the frame, or the one body. Final usage is
 *       exact whatever became of the response afterwards. Usage that lacks a count its family needs is partial: a missing
 *       count is not a zero.
 * </ol>
 *
 * <h2>Estimates</h2>
 *
 * Where a count is missing: input is a token for every four bytes of request; output is a token for every four bytes of
 * delivered text, at least one a delta, at most the limit asked for. An estimate is never below what was seen.
 */
final class Conclusion {
    private static final int BYTES_A_TOKEN = 4;

    private final Opening opening;
    private final Tally tally;
    private final Units units;
    private final Family family;
    private boolean disagreed;
    private long input;
    private long output;
    private boolean outputIsFinal;
    private long cacheRead;
    private long write5m;
    private long write30m;
    private long write1h;

    private Conclusion(Opening opening, Tally tally) {
        this.opening = opening;
        this.tally = tally;
        this.units = new Units(opening, tally);
        this.family = family(opening, tally);
        this.disagreed = tally.disagreed();
    }

    /**
     * Draws the conclusion.
     *
     * @param opening what was known before the body
     * @param tally what the body said
     * @param gap what went wrong with the body; null if it was whole
     * @param outputGuess tokens of output guessed from the bytes delivered
     */
    static UsageReading of(Opening opening, Tally tally, @Nullable UsageGap gap, long outputGuess) {
        return new Conclusion(opening, tally).reading(gap, outputGuess);
    }

    /** Which model a router chose its answer tells, in the end. */
    private static Family family(Opening opening, Tally tally) {
        String invoked = tally.invokedModelId();
        return invoked == null ? opening.family() : Families.of(ModelRef.parse(invoked));
    }

    private UsageReading reading(@Nullable UsageGap gap, long outputGuess) {
        if (tally.isUnknownOperation()) {
            return new UsageReading.Absent(Usage.NONE, UsageGap.NOT_AN_INFERENCE, Served.SILENT);
        }
        if (gap == null && isInputBlocked()) {
            return whole(units.ofGuardrail());
        }
        takeInput();
        takeOutput(gap == null, outputGuess);
        takeCache();
        checkTotal();
        Usage seen = units.seenWith(tokens(Math.max(0, input), Math.max(0, output)));
        if (isWhole(gap)) {
            return whole(seen);
        }
        UsageGap why = gap != null ? gap : reason();
        Usage estimate = units.estimateWith(tokens(inputEstimate(), outputEstimate(outputGuess)));
        boolean nothingSeen = input < 0 && output < 0 && seen.isEmpty() && why != UsageGap.JOB_BEGUN;
        return nothingSeen && !tally.hasImplausible()
                ? new UsageReading.Absent(estimate, why, served())
                : new UsageReading.Partial(seen, estimate, why, served(), disagreed);
    }

    /** All that the model consumed; what a guardrail did beside it is told only on request, and never zero. */
    private UsageReading whole(Usage usage) {
        boolean guardrailUnseen = opening.request().guarded() && !units.ofGuardrailTold();
        return guardrailUnseen
                ? new UsageReading.Partial(usage, usage, UsageGap.GUARDRAIL_NOT_TRACED, served(), disagreed)
                : new UsageReading.Exact(usage, served(), disagreed);
    }

    private boolean isInputBlocked() {
        return tally.intervened()
                && !tally.modelRan()
                && !tally.has(Slot.MEASURED_INPUT)
                && !tally.has(Slot.MEASURED_OUTPUT);
    }

    private void takeInput() {
        input = believed(Slot.MEASURED_INPUT, ownInput());
    }

    /** Input as the body says, less what it includes of the cache. */
    private long ownInput() {
        long own = tally.count(Slot.INPUT);
        long included = known(Slot.CACHED_OF_INPUT) + known(Slot.WRITTEN_OF_INPUT);
        if (own < 0 || included == 0) {
            return own;
        }
        disagreed |= included > own;
        return Math.max(0, own - included);
    }

    private void takeOutput(boolean ended, long guess) {
        long own = tally.count(Slot.OUTPUT);
        if (own < 0 && ended && !tally.has(Slot.MEASURED_OUTPUT)) {
            long running = tally.count(Slot.OUTPUT_RUNNING);
            // Some streams say "0 so far" once, at their start, and never again.
            own = running > 0 || guess == 0 ? running : Tally.UNKNOWN;
        }
        output = believed(Slot.MEASURED_OUTPUT, own);
        if (opening.streamed() && family.has(Rule.LARGER_OUTPUT)) {
            output = Math.max(output, own);
        }
        outputIsFinal = output >= 0;
        if (!outputIsFinal) {
            output = tally.first(Slot.OUTPUT_RUNNING, Slot.OUTPUT_START);
        }
    }

    private void takeCache() {
        long ownRead = tally.first(Slot.CACHE_READ, Slot.CACHED_OF_INPUT);
        cacheRead = Math.max(0, believed(Slot.MEASURED_CACHE_READ, ownRead));
        write5m = known(Slot.CACHE_WRITE_5M);
        write30m = known(Slot.CACHE_WRITE_30M);
        write1h = known(Slot.CACHE_WRITE_1H);
        long split = write5m + write30m + write1h;
        long ownWrite = tally.first(Slot.CACHE_WRITE, Slot.WRITTEN_OF_INPUT);
        long total = believed(Slot.MEASURED_CACHE_WRITE, ownWrite);
        if (total < 0 || total == split) {
            return;
        }
        if (split == 0) {
            boolean longer = family.has(Rule.CACHE_WRITES_STAY_30M);
            write5m = longer ? 0 : total;
            write30m = longer ? total : 0;
            return;
        }
        disagreed = true;
        write1h = share(total, write1h, split);
        write30m = share(total, write30m, split);
        write5m = Math.max(0, total - write1h - write30m);
    }

    /** A part of a split, in proportion to the total that it should come to; no count is large enough to overflow. */
    private static long share(long total, long part, long split) {
        return (2 * total * part + split) / (2 * split);
    }

    /** Holds the sum against the total, and lets it decide where a family counts cached input twice. */
    private void checkTotal() {
        long total = tally.count(Slot.TOTAL);
        long cached = cacheRead + write5m + write30m + write1h;
        long speech = known(Slot.SPEECH_INPUT) + known(Slot.SPEECH_OUTPUT);
        boolean included = opening.dialect() == UsageDialect.CONVERSE
                && family.has(Rule.CONVERSE_INPUT_INCLUDES_CACHE)
                && total != input + output + cached;
        if (included && input >= 0) {
            disagreed |= cached > input;
            input = Math.max(0, input - cached);
        }
        if (total >= 0 && input >= 0 && output >= 0) {
            disagreed |= total != input + output + cached + speech;
        }
    }

    private boolean isWhole(@Nullable UsageGap gap) {
        if (tally.hasImplausible()) {
            return false;
        }
        if (!units.areWhole(gap) || units.standAlone()) {
            return units.areWhole(gap);
        }
        // The measured total of cache writes says nothing of their time to live, which the body does: later.
        boolean splitMayFollow = gap != null && tally.count(Slot.MEASURED_CACHE_WRITE) > 0 && !hasSplit();
        boolean ownIsFinal = gap == null || opening.streamed();
        boolean inputIsFinal = tally.has(Slot.MEASURED_INPUT) || (ownIsFinal && input >= 0);
        boolean outputKnown = tally.has(Slot.MEASURED_OUTPUT) || (ownIsFinal && outputIsFinal);
        return !splitMayFollow && (!needsInput() || inputIsFinal) && (!needsOutput() || outputKnown);
    }

    private boolean hasSplit() {
        return tally.has(Slot.CACHE_WRITE_5M) || tally.has(Slot.CACHE_WRITE_1H) || tally.has(Slot.CACHE_WRITE_30M);
    }

    private boolean needsInput() {
        return opening.dialect().countsTokens()
                || (opening.dialect() == UsageDialect.INVOKE && family.needsInput() && !units.isMediaInsteadOfText());
    }

    private boolean needsOutput() {
        return opening.dialect().countsTokens()
                || (opening.dialect() == UsageDialect.INVOKE && (opening.streamed() || family.needsOutput()));
    }

    private UsageGap reason() {
        return tally.hasImplausible() ? UsageGap.IMPLAUSIBLE_COUNT : units.reason();
    }

    private long inputEstimate() {
        if (input >= 0 || !needsInput()) {
            return Math.max(0, input);
        }
        return tokens(opening.request().bodyBytes());
    }

    private long outputEstimate(long guess) {
        if (outputIsFinal || !needsOutput()) {
            return Math.max(0, output);
        }
        long limit = opening.request().maxOutputTokens();
        long guessed = limit >= 0 ? Math.min(guess, limit) : guess;
        return Math.max(guessed, Math.max(0, output));
    }

    private Usage tokens(long inputTokens, long outputTokens) {
        Usage usage = with(Usage.NONE, UsageUnit.INPUT, inputTokens);
        usage = with(usage, UsageUnit.OUTPUT, outputTokens);
        usage = with(usage, UsageUnit.CACHE_READ, cacheRead);
        usage = with(usage, UsageUnit.CACHE_WRITE_5M, write5m);
        usage = with(usage, UsageUnit.CACHE_WRITE_30M, write30m);
        return with(usage, UsageUnit.CACHE_WRITE_1H, write1h);
    }

    private static Usage with(Usage usage, UsageUnit unit, long count) {
        return count == 0 ? usage : usage.with(unit, count);
    }

    /** The measured count, or the body's own where nothing was measured; notes where they differ. */
    private long believed(int measuredSlot, long own) {
        long measured = tally.count(measuredSlot);
        if (measured < 0) {
            return own;
        }
        disagreed |= own >= 0 && own != measured;
        return measured;
    }

    private long known(int slot) {
        return Math.max(0, tally.count(slot));
    }

    private Served served() {
        String tier = opening.serviceTier() != null ? opening.serviceTier() : tally.serviceTier();
        String latency = opening.latency() != null ? opening.latency() : tally.latency();
        if (tier == null && latency == null && tally.invokedModelId() == null) {
            return Served.SILENT;
        }
        return new Served(tier, latency, tally.invokedModelId());
    }

    /** Tokens that so many bytes of text come to, roughly. */
    static long tokens(long bytes) {
        return Math.ceilDiv(Math.max(0, bytes), BYTES_A_TOKEN);
    }
}
