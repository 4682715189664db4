package io.bedrockmeter.proxy.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch job as a list of them has it. Immutable.
 *
 * @param arn its name
 * @param token the client request token of the call that created it; null if it had none
 * @param submittedAt when it was created
 */
public record CreatedJob(String arn, @Nullable String token, Instant submittedAt) {}
