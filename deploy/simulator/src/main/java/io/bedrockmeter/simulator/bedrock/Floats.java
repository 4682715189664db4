package io.bedrockmeter.simulator.bedrock;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;

/** Token counts written with a decimal point, as the service does under a guardrail. */
final class Floats {
    private Floats() {}

    /** The same object, its counts changed in place. */
    static ObjectNode in(ObjectNode json) {
        for (Map.Entry<String, JsonNode> member : List.copyOf(json.properties())) {
            JsonNode value = member.getValue();
            if (value instanceof ObjectNode nested) {
                in(nested);
            } else if (value.isIntegralNumber()
                    && member.getKey().toLowerCase(Locale.ROOT).contains("token")) {
                json.set(member.getKey(), DoubleNode.valueOf(value.asDouble()));
            } else {
                value.forEach(item -> {
                    if (item instanceof ObjectNode nested) {
                        in(nested);
                    }
                });
            }
        }
        return json;
    }
}
