/**
 * How a request to Bedrock proves who sends it.
 *
 * <p>Credentials are looked up in the background and read as one immutable snapshot; a signature is computed on the event
 * loop from the hash that the body already has.
 *
 * <p>Temperature: hot for signing, cold for credentials.
 */
@NullMarked
package io.bedrockmeter.proxy.signing;

import org.jspecify.annotations.NullMarked;
