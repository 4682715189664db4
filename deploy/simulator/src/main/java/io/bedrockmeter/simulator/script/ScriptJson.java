package io.bedrockmeter.simulator.script;

import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads scripts from the JSON of the admin port; unknown keys are refused. */
public final class ScriptJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private ScriptJson() {}

    /** One script, or an array of scripts. */
    public static List<Script> parse(String json) {
        JsonNode tree = JSON.readTree(json);
        if (tree.isArray()) {
            return List.of(JSON.treeToValue(tree, Script[].class));
        }
        return List.of(JSON.treeToValue(tree, Script.class));
    }
}
