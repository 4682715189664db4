package io.bedrockmeter.metering.capacity;

import io.bedrockmeter.metering.ledger.CapacityUse;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole shared out to whoever used it, without remainder: all shares and what is idle come to the whole, whatever the use and in
 * whatever order it is told. Immutable.
 *
 * @param used one for each application that gets anything, by team and app
 * @param idle what nobody used
 */
public record Shares(List<Share> used, long idle) {
    /*
     * Where nobody has said how much the capacity can serve, whoever used it at all shares the whole of it, by tokens; by calls, where
     * none of them counted any. Where it is known, that part of it is used that its busiest kind of token took, and each application
     * gets by what part of each kind it took, added up. No more than the whole is ever used.
     *
     * Shares are rounded down, and what that leaves goes one by one to those that lost most by it; among equals, in the order of their
     * names.
     */
    private static final Comparator<CapacityUse> BY_NAME =
            Comparator.comparing(CapacityUse::team).thenComparing(CapacityUse::app);

    public Shares {
        used = List.copyOf(used);
    }

    /** What one application gets; positive. */
    public record Share(String team, String app, long count) {}

    /**
     * Shares a whole.
     *
     * @param whole not negative
     * @param uses what each application used, each once
     * @param throughput what the capacity can serve; null if nobody has said
     * @param minutes for how long it was there; positive
     */
    public static Shares of(long whole, List<CapacityUse> uses, @Nullable Throughput throughput, long minutes) {
        List<CapacityUse> sorted = uses.stream().sorted(BY_NAME).toList();
        List<BigInteger> weights = throughput == null
                ? weights(sorted)
                : sorted.stream().map(use -> weight(use, throughput)).toList();
        BigInteger sum = sum(weights);
        if (sum.signum() == 0) {
            return new Shares(List.of(), whole);
        }
        Fraction part = throughput == null ? Fraction.ONE : part(sorted, throughput, minutes);
        BigInteger used = part.of(BigInteger.valueOf(whole));
        return new Shares(split(used, sorted, weights, sum), whole - used.longValueExact());
    }

    private static List<BigInteger> weights(List<CapacityUse> uses) {
        List<BigInteger> tokens = uses.stream()
                .map(use -> BigInteger.valueOf(use.inputTokens()).add(BigInteger.valueOf(use.outputTokens())))
                .toList();
        return sum(tokens).signum() > 0
                ? tokens
                : uses.stream().map(use -> BigInteger.valueOf(use.calls())).toList();
    }

    /** Proportional to the part of the capacity, in both kinds of tokens together. */
    private static BigInteger weight(CapacityUse use, Throughput throughput) {
        Integer input = throughput.inputPerMinute();
        Integer output = throughput.outputPerMinute();
        BigInteger ofInput = input == null ? BigInteger.ZERO : times(use.inputTokens(), output == null ? 1 : output);
        BigInteger ofOutput = output == null ? BigInteger.ZERO : times(use.outputTokens(), input == null ? 1 : input);
        return ofInput.add(ofOutput);
    }

    private static Fraction part(List<CapacityUse> uses, Throughput throughput, long minutes) {
        Integer input = throughput.inputPerMinute();
        Integer output = throughput.outputPerMinute();
        Fraction ofInput = input == null
                ? Fraction.ZERO
                : Fraction.of(
                        sum(uses.stream()
                                .map(use -> BigInteger.valueOf(use.inputTokens()))
                                .toList()),
                        Math.multiplyExact(input, minutes));
        Fraction ofOutput = output == null
                ? Fraction.ZERO
                : Fraction.of(
                        sum(uses.stream()
                                .map(use -> BigInteger.valueOf(use.outputTokens()))
                                .toList()),
                        Math.multiplyExact(output, minutes));
        return ofInput.max(ofOutput).min(Fraction.ONE);
    }

    private static List<Share> split(
            BigInteger whole, List<CapacityUse> uses, List<BigInteger> weights, BigInteger sum) {
        long[] counts = new long[uses.size()];
        List<Integer> byLoss = new ArrayList<>();
        List<BigInteger> losses = new ArrayList<>();
        long left = whole.longValueExact();
        for (int i = 0; i < counts.length; i++) {
            BigInteger[] exact = whole.multiply(weights.get(i)).divideAndRemainder(sum);
            counts[i] = exact[0].longValueExact();
            left -= counts[i];
            losses.add(exact[1]);
            byLoss.add(i);
        }
        byLoss.sort(Comparator.comparing(losses::get, Comparator.reverseOrder()));
        for (int i = 0; i < left; i++) {
            counts[byLoss.get(i)]++;
        }
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                shares.add(new Share(uses.get(i).team(), uses.get(i).app(), counts[i]));
            }
        }
        return shares;
    }

    private static BigInteger times(long one, long other) {
        return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
    }

    private static BigInteger sum(List<BigInteger> numbers) {
        return numbers.stream().reduce(BigInteger.ZERO, BigInteger::add);
    }
}
