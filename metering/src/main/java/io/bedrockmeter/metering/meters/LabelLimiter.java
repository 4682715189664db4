package io.bedrockmeter.metering.meters;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Keeps the values of labels few: a value outside its bound becomes {@link MeterLabel#OTHER}. Thread-safe.
 *
 * <p>Nothing is dropped, because a dropped series is money that no dashboard shows. Each replacement is told to the
 * listener, which counts it.
 */
final class LabelLimiter {
    /** How many values a label may have that is bounded by being seen first. */
    static final int FIRST_SEEN_MAX = 64;

    private final Map<MeterLabel, Set<String>> seen = new EnumMap<>(MeterLabel.class);
    private final Consumer<MeterLabel> onOverflow;
    private volatile AllowedLabels allowed;

    LabelLimiter(AllowedLabels allowed, Consumer<MeterLabel> onOverflow) {
        this.allowed = allowed;
        this.onOverflow = onOverflow;
        for (MeterLabel label : MeterLabel.values()) {
            seen.put(label, ConcurrentHashMap.newKeySet());
        }
    }

    /** Puts other bounds in force. Series that exist already stay. */
    void allow(AllowedLabels newlyAllowed) {
        allowed = newlyAllowed;
    }

    /** The value to show: the given one if it is within the bound of its label, else {@link MeterLabel#OTHER}. */
    String limit(MeterLabel label, String value) {
        boolean within = switch (label.bound()) {
            case CLOSED -> true;
            case CONFIGURED -> allowed.allows(label, value);
            case FIRST_SEEN -> isAmongFirst(label, value);
        };
        if (within) {
            return value;
        }
        onOverflow.accept(label);
        return MeterLabel.OTHER;
    }

    private boolean isAmongFirst(MeterLabel label, String value) {
        Set<String> values = seen.getOrDefault(label, Set.of());
        if (values.contains(value)) {
            return true;
        }
        synchronized (values) {
            return values.contains(value) || (values.size() < FIRST_SEEN_MAX && values.add(value));
        }
    }
}
