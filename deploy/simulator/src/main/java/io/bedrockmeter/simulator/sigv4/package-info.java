/**
 * The signature check, done with the canonicalisation and key derivation of the AWS SDK itself.
 *
 * <p>It is the second opinion on the product's own signer, so it shares no code and no idea with it.
 *
 * <p>Temperature: warm, once for every request.
 */
@NullMarked
package io.bedrockmeter.simulator.sigv4;

import org.jspecify.annotations.NullMarked;
