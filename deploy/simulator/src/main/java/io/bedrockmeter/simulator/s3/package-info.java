/**
 * As much of S3 as batch jobs and those who follow them need: objects are put, got and listed, with paths that begin with the bucket.
 * A bucket is there as soon as it is named. A request is one of S3 if it is signed for it.
 *
 * <p>Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.simulator.s3;

import org.jspecify.annotations.NullMarked;
