/**
 * Batch inference: what a job may cost, by its input, and what it came to, by what it wrote. {@link
 * io.bedrockmeter.metering.batch.BatchBill} reads the records that a job wrote, one line at a time, and prices each once at the rates
 * of batch; whoever fetches the lines is no concern of this package.
 *
 * <p>Temperature: cold; a job ends now and then, and its lines are read on a thread that may wait.
 */
@NullMarked
package io.bedrockmeter.metering.batch;

import org.jspecify.annotations.NullMarked;
