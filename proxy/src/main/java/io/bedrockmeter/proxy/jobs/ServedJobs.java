package io.bedrockmeter.proxy.jobs;

import io.bedrockmeter.proxy.route.JobKind;
import java.util.Set;

/**
 * Which jobs are served, and who began them. Immutable, thread-safe.
 *
 * @param register who began which job
 * @param kinds the kinds of jobs that are served
 */
public record ServedJobs(JobRegister register, Set<JobKind> kinds) {
    public ServedJobs {
        kinds = Set.copyOf(kinds);
    }
}
