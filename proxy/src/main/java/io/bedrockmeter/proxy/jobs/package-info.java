/**
 * Asynchronous invocations and batch jobs: who may be told of which.
 *
 * <p>To Bedrock every caller of this proxy is the same principal, so it shows the jobs of all to each. The ledger remembers who
 * began a job; {@link io.bedrockmeter.proxy.jobs.JobRegister} decides by that.
 *
 * <p>Temperature: cold; callers ask now and then, and wait for the disk on a thread of their own.
 */
@NullMarked
package io.bedrockmeter.proxy.jobs;

import org.jspecify.annotations.NullMarked;
