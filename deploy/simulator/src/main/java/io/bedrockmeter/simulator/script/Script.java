package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.Nullable;

/**
 * How some of the next requests are answered. Immutable; {@code with} methods return changed copies.
 *
 * @param id matches requests whose header {@code x-simulator-script} has this value; null matches those without the header
 * @param model matches requests with exactly this model identifier, decoded; for operations without a model the guardrail or
 *     the resource; null matches all
 * @param operation matches requests of this operation, for example {@code Converse}; null matches all of the data plane
 * @param times how many requests it answers; null: one, or any number where it has an id; 0: any number
 * @param billed whether the call is billed, where that is not to be as usual
 */
public record Script(
        @Nullable String id,
        @Nullable String model,
        @Nullable String operation,
        @Nullable Integer times,
        @Nullable UsageScript usage,
        @Nullable Pace pace,
        @Nullable Served served,
        @Nullable Fault fault,
        @Nullable ErrorAnswer error,
        @Nullable RawAnswer raw,
        @Nullable GuardrailScript guardrail,
        @Nullable JobScript job,
        @Nullable Boolean billed) {
    /** The header that names a script. */
    public static final String HEADER = "x-simulator-script";

    /** The script that changes nothing. */
    public static final Script NORMAL =
            new Script(null, null, null, null, null, null, null, null, null, null, null, null, null);

    public UsageScript usageOrNone() {
        return usage == null ? UsageScript.NONE : usage;
    }

    public Pace paceOrDefault() {
        return pace == null ? Pace.DEFAULT : pace;
    }

    public Served servedOrAsAsked() {
        return served == null ? Served.AS_ASKED : served;
    }

    public GuardrailScript guardrailOrPassing() {
        return guardrail == null ? GuardrailScript.PASSES : guardrail;
    }

    public JobScript jobOrCompleting() {
        return job == null ? JobScript.COMPLETES : job;
    }

    /** The number of requests it answers, 0 for any number. */
    public int timesOrDefault() {
        return times != null ? times : id == null ? 1 : 0;
    }

    public boolean has(Fault.Kind kind) {
        return fault != null && fault.kind() == kind;
    }

    public Script withId(String newId) {
        return new Script(
                newId, model, operation, times, usage, pace, served, fault, error, raw, guardrail, job, billed);
    }

    public Script forModel(String modelId) {
        return new Script(
                id, modelId, operation, times, usage, pace, served, fault, error, raw, guardrail, job, billed);
    }

    public Script forOperation(String apiName) {
        return new Script(id, model, apiName, times, usage, pace, served, fault, error, raw, guardrail, job, billed);
    }

    public Script times(int requests) {
        return new Script(
                id, model, operation, requests, usage, pace, served, fault, error, raw, guardrail, job, billed);
    }

    public Script always() {
        return times(0);
    }

    public Script withUsage(UsageScript newUsage) {
        return new Script(
                id, model, operation, times, newUsage, pace, served, fault, error, raw, guardrail, job, billed);
    }

    /** The same script with these input and output tokens and no cache. */
    public Script withTokens(long input, long output) {
        return withUsage(new UsageScript(input, output, 0L, 0L, 0L, null));
    }

    public Script withPace(Pace newPace) {
        return new Script(
                id, model, operation, times, usage, newPace, served, fault, error, raw, guardrail, job, billed);
    }

    public Script withServed(Served newServed) {
        return new Script(
                id, model, operation, times, usage, pace, newServed, fault, error, raw, guardrail, job, billed);
    }

    public Script withFault(Fault newFault) {
        return new Script(
                id, model, operation, times, usage, pace, served, newFault, error, raw, guardrail, job, billed);
    }

    public Script withError(ErrorAnswer newError) {
        return new Script(
                id, model, operation, times, usage, pace, served, fault, newError, raw, guardrail, job, billed);
    }

    public Script withRaw(RawAnswer newRaw) {
        return new Script(
                id, model, operation, times, usage, pace, served, fault, error, newRaw, guardrail, job, billed);
    }

    public Script withGuardrail(GuardrailScript newGuardrail) {
        return new Script(
                id, model, operation, times, usage, pace, served, fault, error, raw, newGuardrail, job, billed);
    }

    public Script withJob(JobScript newJob) {
        return new Script(
                id, model, operation, times, usage, pace, served, fault, error, raw, guardrail, newJob, billed);
    }

    public Script withBilled(boolean isBilled) {
        return new Script(
                id, model, operation, times, usage, pace, served, fault, error, raw, guardrail, job, isBilled);
    }
}
