/**
 * What a test or an operator asks the simulator to do differently: counts, pace, tiers, errors and faults.
 *
 * <p>Scripts wait in a {@link io.bedrockmeter.simulator.script.ScriptBook} and are matched by id, model and operation. The
 * records are the JSON of the admin port, field by field.
 *
 * <p>Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.NullMarked;
