/**
 * The dashboards: built here from the names of {@link io.bedrockmeter.metering.meters.Meters}, committed as JSON under
 * {@code grafana/}, and asked of a real Prometheus.
 *
 * <p>They are test code so that the product does not carry them; a meter that is renamed breaks their compilation or their
 * review. Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.metering.meters.dashboard;

import org.jspecify.annotations.NullMarked;
