package io.bedrockmeter.metering.ledger;

import java.math.BigInteger;

/** The ledger in memory keeps the contract, so that a test that stands on it stands on a ledger. */
final class MemoryLedgerTest extends LedgerContract {
    private final MemoryLedger ledger = new MemoryLedger(SLOTS);

    @Override
    Ledger open() {
        return ledger;
    }

    @Override
    Kept kept() {
        BigInteger charged = ledger.entries().stream()
                .map(entry -> BigInteger.valueOf(entry.charge().cost().picos()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        for (Correction correction : ledger.corrections()) {
            charged = charged.add(BigInteger.valueOf(correction.difference().picos()));
        }
        return new Kept(ledger.open().size(), ledger.entries().size(), charged);
    }
}
