package io.bedrockmeter.simulator.call;

/** One HTTP header field, its name as written on the wire. */
public record Header(String name, String value) {}
