package io.bedrockmeter.simulator.script;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a guardrail finds.
 *
 * @param action what it does; null: nothing
 * @param units what one evaluation is billed, by the unit names of the truth log; null: as many text units of content, topic,
 *     word and sensitive information as the text has
 */
public record GuardrailScript(
        @Nullable Action action, @Nullable Map<String, Long> units) {
    public static final GuardrailScript PASSES = new GuardrailScript(null, null);

    public GuardrailScript {
        units = units == null ? null : Map.copyOf(units);
    }

    /** What a guardrail does, by its name in a script. */
    public enum Action {
        /** The model is not asked. */
        BLOCK_INPUT,
        /** The model's answer is withheld. */
        BLOCK_OUTPUT,
        /** Parts of the model's answer are made unreadable. */
        MASK_OUTPUT
    }

    public static GuardrailScript of(Action action) {
        return new GuardrailScript(action, null);
    }

    public GuardrailScript withUnits(Map<String, Long> newUnits) {
        return new GuardrailScript(action, newUnits);
    }
}
