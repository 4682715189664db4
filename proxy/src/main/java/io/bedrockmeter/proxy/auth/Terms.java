package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.keys.Permissions;

/**
 * The terms on which a key calls. Immutable.
 *
 * @param account whom its calls are charged to
 * @param owner to whom the jobs belong that it begins, and whose it is told of
 * @param cancelOnDisconnect whether an answer is given up, instead of read on, when its caller leaves
 * @param permissions what it may call
 * @param allowance how much it may call
 */
public record Terms(
        AccountId account, Owner owner, boolean cancelOnDisconnect, Permissions permissions, Allowance allowance) {}
