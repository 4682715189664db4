package io.bedrockmeter.metering.meters.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One picture of a dashboard. Immutable.
 *
 * @param title what it shows; unique in its dashboard
 * @param description how its figure is computed, and what it is not
 * @param picture how it is drawn
 * @param scale unit, decimals and colours
 * @param query what it asks
 */
record Panel(String title, String description, Picture picture, Scale scale, Query query) {
    /** How a panel is drawn. */
    enum Picture {
        /** One number of the whole range. */
        STAT("stat", true),
        /** Shares of a whole. */
        PIE("piechart", true),
        /** A ranking. */
        RANKING("bargauge", true),
        /** Lines over time. */
        LINES("timeseries", false),
        /** Stacked areas over time. */
        STACK("timeseries", false),
        /** A stacked bar for each UTC day. */
        DAYS("timeseries", false);

        private final String type;
        private final boolean instant;

        Picture(String type, boolean instant) {
            this.type = type;
            this.instant = instant;
        }

        /** Grafana's panel type. */
        String type() {
            return type;
        }

        /** Whether it asks for the values of one moment. */
        boolean isInstant() {
            return instant;
        }
    }

    /**
     * How numbers are written and coloured. Immutable.
     *
     * @param unit Grafana's unit
     * @param decimals digits after the point; null leaves it to Grafana
     * @param steps colours from a value on, the first for all below
     */
    record Scale(String unit, @Nullable Integer decimals, List<Step> steps) {
        /** A number that is neither good nor bad. Without steps of its own Grafana paints all above 80 red. */
        static Scale neutral(String unit, @Nullable Integer decimals) {
            return new Scale(unit, decimals, List.of(new Step("blue", null)));
        }

        /** Good below a value, to be looked at from there, bad from another. */
        static Scale watched(String unit, @Nullable Integer decimals, double look, double bad) {
            return new Scale(
                    unit, decimals, List.of(new Step("green", null), new Step("orange", look), new Step("red", bad)));
        }
    }

    /** A colour from a value on; null for the lowest. */
    record Step(String color, @Nullable Double from) {}
}
