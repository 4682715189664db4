/**
 * Tokens of identity providers: their keys, which are fetched in the background and never by a call, and whether a token is
 * signed by one of them and says whom its caller is charged to.
 *
 * <p>{@link io.bedrockmeter.proxy.tokens.TokenVerifier} is where to start. A token is verified once and remembered until it runs
 * out.
 *
 * <p>Temperature: hot where tokens are verified, on event loops; cold where keys are fetched.
 */
@NullMarked
package io.bedrockmeter.proxy.tokens;

import org.jspecify.annotations.NullMarked;
