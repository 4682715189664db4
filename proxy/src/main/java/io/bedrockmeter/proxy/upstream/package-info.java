/**
 * Connections to Bedrock.
 *
 * <p>Each event loop has a pool of its own, so that a request and its upstream connection share one thread and need no
 * lock. A connection carries one request at a time; whatever is unexpected on it closes it.
 *
 * <p>A call whose request and answer pass at the same time has an {@link io.bedrockmeter.proxy.upstream.UpstreamStream} of
 * HTTP/2 instead, on a connection that nobody shares.
 *
 * <p>Temperature: hot.
 */
@NullMarked
package io.bedrockmeter.proxy.upstream;

import org.jspecify.annotations.NullMarked;
