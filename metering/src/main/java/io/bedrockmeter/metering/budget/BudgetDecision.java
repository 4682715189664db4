package io.bedrockmeter.metering.budget;

/** Whether there is money for a call. */
public sealed interface BudgetDecision permits BudgetHold, BudgetRefusal {}
