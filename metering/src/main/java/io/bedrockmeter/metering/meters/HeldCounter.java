package io.bedrockmeter.metering.meters;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;

/**
 * One series of a counter: an exact sum, shown as 0 for a while after it is born, and then as it is. Thread-safe.
 *
 * <p>Prometheus counts from the first sample of a series. One that is born at 12.50 loses 12.50 for ever; one that is seen
 * at 0 first loses nothing, it is only late. Once shown, a sum stays shown: a clock that is set back must not make it
 * fall to 0, which would be taken for a restart.
 */
final class HeldCounter {
    private static final int PICO_SCALE = 12;
    private static final double PICOS_PER_USD = 1e12;

    private final ExactSum sum = new ExactSum();
    private final boolean inPicos;
    private final InstantSource clock;
    private final long shownFromMillis;
    private volatile boolean shown;

    HeldCounter(Meters.Unit unit, InstantSource clock, Duration hold) {
        this.inPicos = unit == Meters.Unit.USD;
        this.clock = clock;
        this.shownFromMillis = clock.millis() + hold.toMillis();
    }

    /** Adds a whole amount: picodollars for money, else a count. */
    void add(long amount) {
        sum.add(amount);
    }

    /** The sum as it is, held or not. */
    BigInteger total() {
        return sum.total();
    }

    /** What a scrape shows: the {@code double} nearest to the sum, in US dollars for money. */
    double exported() {
        if (!shown) {
            if (clock.millis() < shownFromMillis) {
                return 0;
            }
            shown = true;
        }
        BigInteger total = sum.total();
        return inPicos ? usd(total) : total.doubleValue();
    }

    /** The {@code double} nearest to an amount of picodollars in US dollars; one rounding, never two. */
    static double usd(BigInteger picos) {
        if (picos.bitLength() <= Double.PRECISION) {
            return picos.longValueExact() / PICOS_PER_USD;
        }
        return new BigDecimal(picos, PICO_SCALE).doubleValue();
    }
}
