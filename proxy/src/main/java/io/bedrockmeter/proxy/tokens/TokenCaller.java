package io.bedrockmeter.proxy.tokens;

/**
 * Who a token says its bearer is. Immutable.
 *
 * @param issuer name of the issuer in the configuration
 * @param team whom its calls are charged to; a valid name of a team
 * @param app likewise of an application
 * @param keyId issuer and subject as they stand in the ledger
 */
public record TokenCaller(String issuer, String team, String app, String keyId) {}
