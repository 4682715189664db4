package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReaders;
import io.bedrockmeter.metering.usage.UsageReading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call came to: how sure its usage is, why, and what that costs. Every ending has its rule here, and only here.
 *
 * <table>
 *   <caption>The rules, first match wins</caption>
 *   <tr><td>the request was not sent whole</td><td>NOT_BILLED</td></tr>
 *   <tr><td>a 2xx that says there is no such operation; a call about a job that another call is charged for</td><td>NOT_BILLED
 *       </td></tr>
 *   <tr><td>sent, and no answer's head came</td><td>ESTIMATED by the request alone, usage_missing where that tells nothing;
 *       at most the reservation. NOT_BILLED if the call is free</td></tr>
 *   <tr><td>a status other than 2xx</td><td>NOT_BILLED; after 408, 424 and 5xx AWS documents nothing, so the upper bound
 *       stays at the reservation</td></tr>
 *   <tr><td>usage read whole</td><td>EXACT, whoever left meanwhile</td></tr>
 *   <tr><td>usage read in part</td><td>ESTIMATED; at most the reservation; cost status usage_missing where the rest cannot
 *       even be guessed</td></tr>
 *   <tr><td>no usage in a 2xx answer</td><td>ESTIMATED, cost status usage_missing; at most the reservation</td></tr>
 * </table>
 */
record Verdict(EntryState state, String reason, Usage usage, Charge charge, Money upperBound) {
    static Verdict of(AdmittedCall call, UsageReading reading, Outcome outcome) {
        String ending = outcome.ending().label();
        if (!outcome.ending().requestWasSent()) {
            return notBilled(call, ending, Money.ZERO);
        }
        if (reading instanceof UsageReading.Absent absent && isNothingOfItsOwn(absent.why())) {
            return notBilled(call, absent.why().label(), Money.ZERO);
        }
        int status = outcome.upstreamStatus();
        if (status == 0) {
            return withoutAnswer(call, ending);
        }
        if (status < 200 || status > 299) {
            boolean documented = status < 500 && status != 408 && status != 424;
            return notBilled(
                    call,
                    "http_" + status / 100 + "xx",
                    documented ? Money.ZERO : call.intent().reserved());
        }
        boolean whole = outcome.ending() == Ending.COMPLETE;
        return switch (reading) {
            case UsageReading.Exact exact -> {
                Charge charge = price(call, exact.served(), exact.usage(), false);
                yield new Verdict(EntryState.EXACT, ending, exact.usage(), charge, charge.cost());
            }
            case UsageReading.Partial partial ->
                estimated(
                        call,
                        whole ? partial.why().label() : ending,
                        partial.served(),
                        partial.estimate(),
                        call.invocation().request().work().mediaGiven());
            case UsageReading.Absent absent ->
                estimated(call, whole ? absent.why().label() : ending, absent.served(), absent.estimate(), true);
        };
    }

    private static boolean isNothingOfItsOwn(UsageGap why) {
        return why == UsageGap.NOT_AN_INFERENCE || why == UsageGap.JOB_BEGUN_BEFORE;
    }

    private static Verdict withoutAnswer(AdmittedCall call, String ending) {
        Invocation asked = call.invocation();
        return switch (asked.wireFormat()) {
            case COUNT_TOKENS, BATCH_JOB, UNBILLED -> notBilled(call, ending, Money.ZERO);
            case INVOKE_JSON,
                    INVOKE_EVENT_STREAM,
                    CONVERSE_JSON,
                    CONVERSE_EVENT_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES,
                    APPLY_GUARDRAIL,
                    GUARDRAIL_CHECKS,
                    ASYNC_JOB,
                    BIDIRECTIONAL_EVENT_STREAM -> {
                Usage told = UsageReaders.unanswered(asked.wireFormat(), asked.model(), asked.request());
                boolean lacking = told.isEmpty() || asked.request().work().mediaGiven();
                yield estimated(call, ending, Served.SILENT, told, lacking);
            }
        };
    }

    LedgerEntry entry(AdmittedCall call, Outcome outcome) {
        return new LedgerEntry(
                        call.intent(),
                        outcome.endedAt(),
                        state,
                        reason,
                        charge,
                        upperBound,
                        outcome.upstreamRequestId(),
                        outcome.upstreamStatus(),
                        outcome.bytesOut())
                .withAttributes(attributes(call.invocation().endpoint()));
    }

    /** What narrows its units down to their prices: all that is needed to price it anew from its record. */
    private Map<String, String> attributes(Endpoint endpoint) {
        return switch (endpoint) {
            case RUNTIME, CONTROL -> usage.attributes();
            case MANTLE -> {
                Map<String, String> all = new HashMap<>(usage.attributes());
                all.put(Endpoint.ATTRIBUTE, endpoint.label());
                yield all;
            }
        };
    }

    private static Verdict notBilled(AdmittedCall call, String reason, Money upperBound) {
        Charge nothing = new Charge(
                Metering.pricedCall(call.invocation()).modeRequested(),
                CostStatus.NOT_BILLED,
                Money.ZERO,
                List.of(),
                call.prices().version());
        return new Verdict(EntryState.NOT_BILLED, reason, Usage.NONE, nothing, upperBound);
    }

    /** A guess; lacking where something is billed besides that nobody told and nobody can guess. */
    private static Verdict estimated(AdmittedCall call, String reason, Served served, Usage guess, boolean lacking) {
        Charge charge = price(call, served, guess, true);
        if (lacking) {
            charge = withoutUsage(charge);
        }
        Money reserved = call.intent().reserved();
        Money upperBound = charge.cost().compareTo(reserved) > 0 ? charge.cost() : reserved;
        return new Verdict(EntryState.ESTIMATED, reason, guess, charge, upperBound);
    }

    private static Charge price(AdmittedCall call, Served served, Usage usage, boolean estimated) {
        return call.prices().charge(Metering.pricedCall(call.invocation()), served, usage, estimated);
    }

    /** The amount is a guess at what nobody reported; capacity that is paid by time costs nothing however little is known. */
    private static Charge withoutUsage(Charge charge) {
        return charge.status() == CostStatus.PREPAID
                ? charge
                : new Charge(
                        charge.mode(), CostStatus.USAGE_MISSING, charge.cost(), charge.lines(), charge.priceBook());
    }
}
