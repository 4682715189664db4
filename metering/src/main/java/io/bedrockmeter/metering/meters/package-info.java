/**
 * What is shown to Prometheus: every meter in one enum, exact money underneath, labels from bounded sets.
 *
 * <p>Depends on {@code ledger} and below. Temperature: warm; updated once a call on the ledger writer thread, read at each
 * scrape.
 */
@NullMarked
package io.bedrockmeter.metering.meters;

import org.jspecify.annotations.NullMarked;
