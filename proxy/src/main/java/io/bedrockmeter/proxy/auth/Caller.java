package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.metering.account.AccountId;
import org.jspecify.annotations.Nullable;

/**
 * A caller who was let in. Made only by an {@link Authenticator}. Immutable.
 *
 * @param account whom its calls are charged to
 * @param signedFor the service in the scope of its signature; null if it did not sign
 */
public record Caller(AccountId account, @Nullable String signedFor) {}
