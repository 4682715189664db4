package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.metering.account.AccountId;

/** A caller who was let in. Made only by an {@link Authenticator}. Immutable. */
public record Caller(AccountId account) {}
