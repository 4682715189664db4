package io.bedrockmeter.metering.ledger;

import java.math.BigInteger;

/**
 * What a capacity was charged within a time. Immutable.
 *
 * @param windows how many windows
 * @param picos what they cost, in picodollars
 * @param idlePicos what of that nobody used
 */
public record CapacityCost(long windows, BigInteger picos, BigInteger idlePicos) {}
