package io.bedrockmeter.metering.meters.dashboard;

import io.bedrockmeter.metering.meters.MeterLabel;
import io.bedrockmeter.metering.meters.Meters;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Series of one meter in PromQL, chosen by the dashboard's variables and further matchers. Immutable. */
record Selector(Meters meter, Map<String, String> matchers) {
    Selector {
        matchers = Collections.unmodifiableMap(new LinkedHashMap<>(matchers));
    }

    /** All series of the jobs chosen. */
    static Selector of(Meters meter) {
        return new Selector(meter, Map.of("job", "$job"));
    }

    /** Those that the variables of these labels choose, too. */
    Selector by(MeterLabel... labels) {
        Map<String, String> more = new LinkedHashMap<>(matchers);
        Arrays.stream(labels).forEach(label -> more.put(label.label(), "$" + label.label()));
        return new Selector(meter, more);
    }

    /** Those whose label matches, too. */
    Selector with(MeterLabel label, String pattern) {
        Map<String, String> more = new LinkedHashMap<>(matchers);
        more.put(label.label(), pattern);
        return new Selector(meter, more);
    }

    /** The growth over a window, which survives restarts; summing comes after. */
    String increase(String window) {
        return "increase(" + this + "[" + window + "])";
    }

    /** The growth over a window that ended, or will end, an offset ago. */
    String increase(String window, String offset) {
        return "increase(" + this + "[" + window + "] offset " + offset + ")";
    }

    /** The growth for each second. */
    String rate(String window) {
        return "rate(" + this + "[" + window + "])";
    }

    @Override
    public String toString() {
        return meter.prometheusName()
                + matchers.entrySet().stream()
                        .map(matcher -> matcher.getKey() + "=~\"" + matcher.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }
}
