package io.bedrockmeter.simulator.control;

/** A call of the control plane: what was asked for by which name, and the status of the answer. */
public record Lookup(String operation, String identifier, int status) {}
