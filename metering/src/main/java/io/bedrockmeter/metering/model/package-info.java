/**
 * What model a caller named.
 *
 * <p>Leaf package. {@link io.bedrockmeter.metering.model.ModelRef} is the one place that knows the identifier forms of
 * Amazon Bedrock; everything behind it switches over the sealed type.
 *
 * <p>Temperature: hot; one parse for each call.
 */
@NullMarked
package io.bedrockmeter.metering.model;

import org.jspecify.annotations.NullMarked;
