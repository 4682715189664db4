package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.signing.Signers;
import io.bedrockmeter.proxy.upstream.UpstreamPools;

/**
 * One of Bedrock's endpoints: how to reach it, and how to prove there who sends. Immutable, thread-safe.
 *
 * @param pools connections to it
 * @param signers sign for it
 */
public record Upstream(UpstreamPools pools, Signers signers) {
    /** The value of the {@code host} header. */
    String hostHeader() {
        return pools.target().hostHeader();
    }
}
