package io.bedrockmeter.metering.rate;

/** Whether a call may be made by all limits that are on it. */
public sealed interface RateDecision permits RateHold, RateRefusal {}
