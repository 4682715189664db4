package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.rate.Allowance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much a key may be used, as options. What is not given is not limited. */
final class AllowanceOptions {
    @Option(
            names = "--requests-per-minute",
            paramLabel = "N",
            description = "Requests that it may begin in a minute, in each process of the proxy.")
    private @Nullable Integer requests;

    @Option(
            names = "--tokens-per-minute",
            paramLabel = "N",
            description =
                    "Tokens that it may use in a minute, counted as Amazon Bedrock counts them against its quotas.")
    private @Nullable Integer tokens;

    @Option(names = "--concurrent", paramLabel = "N", description = "Calls that it may have under way at once.")
    private @Nullable Integer concurrent;

    /**
     * The allowance.
     *
     * @throws IllegalArgumentException if a number is none to limit by; the message names it
     */
    Allowance allowance() {
        return new Allowance(
                limit("--requests-per-minute", requests),
                limit("--tokens-per-minute", tokens),
                limit("--concurrent", concurrent));
    }

    private static int limit(String name, @Nullable Integer given) {
        if (given == null) {
            return 0;
        }
        if (given < 1) {
            throw new IllegalArgumentException(name + " takes a whole number from 1; leave it out to limit nothing");
        }
        return given;
    }
}
