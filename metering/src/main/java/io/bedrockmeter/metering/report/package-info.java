/**
 * Questions of usage and cost asked of the ledger.
 *
 * <p>Depends on {@code ledger} and below. Temperature: cold; runs on virtual threads or in the command line.
 */
@NullMarked
package io.bedrockmeter.metering.report;

import org.jspecify.annotations.NullMarked;
