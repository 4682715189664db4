package io.bedrockmeter.simulator.family;

import tools.jackson.databind.node.ObjectNode;

/** One event of a stream before it is framed: its type in the service model, and its payload. */
public record Event(String type, ObjectNode payload) {
    /** The type of server-sent events that have data only. */
    public static final String UNNAMED = "";
}
