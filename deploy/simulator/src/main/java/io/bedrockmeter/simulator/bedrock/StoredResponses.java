package io.bedrockmeter.simulator.bedrock;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The responses that can be asked for again, the newest ten thousand. Thread-safe. */
final class StoredResponses {
    private static final int RESPONSES_MAX = 10_000;

    private final Map<String, ObjectNode> byId = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ObjectNode> eldest) {
            return size() > RESPONSES_MAX;
        }
    };

    synchronized void put(ObjectNode response) {
        byId.put(response.path("id").asString(""), response);
    }

    synchronized Optional<ObjectNode> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** False where there was none. */
    synchronized boolean delete(String id) {
        return byId.remove(id) != null;
    }

    synchronized void clear() {
        byId.clear();
    }
}
