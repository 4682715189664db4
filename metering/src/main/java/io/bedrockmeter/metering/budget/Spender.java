package io.bedrockmeter.metering.budget;

/**
 * Who spends, and on what: all that budgets tell calls apart by. Immutable.
 *
 * @param team the team
 * @param app the application within the team
 * @param keyId the key used
 * @param label what the key is called by its owner; empty if it has no label
 * @param model the model's catalogue id, or the identifier named where it has none
 * @param mode the pricing mode's label
 */
public record Spender(String team, String app, String keyId, String label, String model, String mode) {}
