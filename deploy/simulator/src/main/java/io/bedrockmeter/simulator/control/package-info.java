/**
 * The control plane as far as a meter asks it: what stands behind identifiers that name no model.
 *
 * <p>Resources are given by a test or over the admin port; models and system profiles are there by themselves. Every look-up
 * is kept, none is billed.
 *
 * <p>Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.simulator.control;

import org.jspecify.annotations.NullMarked;
