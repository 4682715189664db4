/**
 * Batch jobs after the call that created them: followed to their end in the background, then charged by what they wrote to S3. {@link
 * io.bedrockmeter.proxy.batch.BatchFollower} knows from the ledger alone which jobs are open, so it does not matter which process
 * created them.
 *
 * <p>Temperature: cold; a thread of its own that may wait, never an event loop.
 */
@NullMarked
package io.bedrockmeter.proxy.batch;

import org.jspecify.annotations.NullMarked;
