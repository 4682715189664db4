/**
 * Who a call is charged to.
 *
 * <p>Leaf package. An account is a team, an application of that team, and the key that was used.
 *
 * <p>Temperature: hot, but immutable: values are made when a configuration is loaded, not for each call.
 */
@NullMarked
package io.bedrockmeter.metering.account;

import org.jspecify.annotations.NullMarked;
