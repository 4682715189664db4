package io.bedrockmeter.metering.meters;

import java.math.BigInteger;
import java.time.Duration;

/** What a ledger tells about itself to meters. Asked at each scrape, on any thread; must not wait. */
public interface LedgerFigures {
    /** Picodollars charged by the entries that this process made durable, those recovered at its start included. */
    BigInteger chargedPicos();

    /** Writes that failed. */
    long writeFailures();

    /** Age of the oldest record that is not durable yet; zero if there is none. */
    Duration lag();
}
