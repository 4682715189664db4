package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;

/**
 * The terms on which a key calls. Immutable.
 *
 * @param account whom its calls are charged to
 * @param owner to whom the jobs belong that it begins, and whose it is told of
 */
public record Terms(AccountId account, Owner owner) {}
