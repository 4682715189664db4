/**
 * The demo's client, an unmodified AWS SDK, and the check that ledger, meters and truth log agree.
 *
 * <p>Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.simulator.traffic;

import org.jspecify.annotations.NullMarked;
