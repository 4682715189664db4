package io.bedrockmeter.metering.money;

import java.util.List;

/** Money as it must not be: what the architecture test is tested with. */
public final class Floats {
    final double share = 0.5;
    final Float boxed = 0.5f;

    /** A parameter that hides one. */
    int list(List<Double> amounts) {
        return amounts.size();
    }

    /** A result. */
    double[] read() {
        return new double[0];
    }
}
