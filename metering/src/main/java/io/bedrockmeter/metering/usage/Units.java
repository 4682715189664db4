package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.usage.Family.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call consumed that is not counted in tokens: of the answer where it tells, else of the request. Stateless rules
 * over what was read.
 *
 * <ul>
 *   <li>Images made are those in the answer. One that holds none is whole only if it says that they were kept back.
 *   <li>Search units are those that the answer tells, else those of the documents in the request; where these may be split,
 *       they are whole if it makes no difference.
 *   <li>Texts and images handed in are those of the request; they count once the answer is whole.
 *   <li>A job is only begun by its call, so that what it will consume is an estimate.
 *   <li>Audio and video are billed by their length, which is nowhere: such usage is never whole.
 * </ul>
 */
record Units(Opening opening, Tally tally) {
    /** Whether nothing is lacking of these units, in an answer of which nothing is. */
    boolean areWhole(@Nullable UsageGap gap) {
        if (work().mediaGiven()) {
            return false;
        }
        return switch (opening.dialect()) {
            case GUARDRAIL -> gap == null && hasAny(Slot.GUARDRAIL, Slot.GUARDRAIL_UNITS);
            case GUARDRAIL_CHECKS -> gap == null && hasAny(Slot.CHECK, Slot.CHECK_UNITS);
            case SPEECH -> gap == null && tally.has(Slot.SPEECH_INPUT) && tally.has(Slot.SPEECH_OUTPUT);
            case JOB, UNBILLED -> false;
            case INVOKE -> !billsWork() || (gap == null && hasWork() && isSettled(work().documents()));
            case CONVERSE, CHAT, RESPONSES, MESSAGES -> true;
        };
    }

    /** Whether these units are all that is billed of the call. */
    boolean standAlone() {
        return switch (opening.dialect()) {
            case GUARDRAIL, GUARDRAIL_CHECKS, SPEECH, JOB, UNBILLED -> true;
            case INVOKE, CONVERSE, CHAT, RESPONSES, MESSAGES -> false;
        };
    }

    /** Why they are not whole, where the answer itself is. */
    UsageGap reason() {
        if (work().mediaGiven()) {
            return UsageGap.MEDIA_LENGTH_UNKNOWN;
        }
        if (opening.dialect() == UsageDialect.JOB) {
            return UsageGap.JOB_BEGUN;
        }
        return isSettled(work().documents()) ? UsageGap.NOT_REPORTED : UsageGap.DOCUMENTS_MAY_BE_SPLIT;
    }

    /** Adds what was seen of these units to the tokens that were seen. */
    Usage seenWith(Usage tokens) {
        return opening.dialect() == UsageDialect.JOB
                ? tokens
                : all(tokens, tally.count(Slot.IMAGE), work().documents().least());
    }

    /** Adds the best guess at these units to that at the tokens; never less than was seen. */
    Usage estimateWith(Usage tokens) {
        long images = Math.max(tally.count(Slot.IMAGE), work().imagesAsked());
        return all(tokens, images, work().documents().likely());
    }

    private Usage all(Usage tokens, long images, long pieces) {
        Usage usage = counted(tokens, Slot.GUARDRAIL, Slot.GUARDRAIL_UNITS);
        usage = counted(usage, Slot.CHECK, Slot.CHECK_UNITS);
        usage = with(usage, UsageUnit.SPEECH_INPUT, tally.count(Slot.SPEECH_INPUT));
        usage = with(usage, UsageUnit.SPEECH_OUTPUT, tally.count(Slot.SPEECH_OUTPUT));
        if (opening.family().has(Rule.BILLED_BY_IMAGE)) {
            usage = with(usage, UsageUnit.IMAGE, images);
        }
        if (opening.family().has(Rule.BILLED_BY_SEARCH_UNIT)) {
            usage = with(usage, UsageUnit.SEARCH_UNIT, searchUnits(pieces));
        }
        if (opening.family().has(Rule.BILLS_TEXTS_OF_REQUEST)) {
            usage = with(usage, UsageUnit.TEXT_REQUEST, work().textsGiven());
        }
        if (opening.family().has(Rule.BILLS_IMAGES_OF_REQUEST)) {
            usage = with(usage, UsageUnit.IMAGE_INPUT, work().imagesGiven());
        }
        usage = with(usage, UsageUnit.VIDEO_SECOND, work().seconds());
        return usage.isEmpty() || work().attributes().isEmpty() ? usage : usage.withAttributes(work().attributes());
    }

    /** Whether the answer tells what a guardrail did, be it nothing. */
    boolean ofGuardrailTold() {
        return hasAny(Slot.GUARDRAIL, Slot.GUARDRAIL_UNITS);
    }

    /** Guardrail units alone, for a call whose model did not run. */
    Usage ofGuardrail() {
        return counted(Usage.NONE, Slot.GUARDRAIL, Slot.GUARDRAIL_UNITS);
    }

    private boolean billsWork() {
        return opening.family().has(Rule.BILLED_BY_IMAGE)
                || opening.family().has(Rule.BILLED_BY_SEARCH_UNIT)
                || opening.family().has(Rule.BILLS_TEXTS_OF_REQUEST)
                || isMediaInsteadOfText();
    }

    /** Whether the request held an image, audio or video where it could have held text. */
    boolean isMediaInsteadOfText() {
        return opening.family().has(Rule.MEDIA_INSTEAD_OF_TEXT) && (work().imagesGiven() > 0 || work().mediaGiven());
    }

    private boolean hasWork() {
        if (opening.family().has(Rule.BILLED_BY_IMAGE)) {
            return tally.has(Slot.IMAGE) || tally.isFiltered();
        }
        return work().documents().least() + work().textsGiven() + work().imagesGiven() > 0;
    }

    /** Whether it is known how many search units documents come to. */
    private boolean isSettled(DocumentPieces documents) {
        return searchUnits(documents.least()) == searchUnits(documents.most());
    }

    /** A query over nothing is one, too. */
    private long searchUnits(long pieces) {
        long told = tally.count(Slot.SEARCH_UNIT);
        return told > 0 ? told : Math.max(1, DocumentPieces.searchUnits(pieces));
    }

    private boolean hasAny(int firstSlot, List<UsageUnit> units) {
        for (int i = 0; i < units.size(); i++) {
            if (tally.has(firstSlot + i)) {
                return true;
            }
        }
        return false;
    }

    private Usage counted(Usage usage, int firstSlot, List<UsageUnit> units) {
        Usage sum = usage;
        for (int i = 0; i < units.size(); i++) {
            sum = with(sum, units.get(i), tally.count(firstSlot + i));
        }
        return sum;
    }

    private RequestedWork work() {
        return opening.request().work();
    }

    private static Usage with(Usage usage, UsageUnit unit, long count) {
        return count <= 0 ? usage : usage.with(unit, count);
    }
}
