package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.keys.Generation;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.keys.VirtualKey;
import java.io.PrintWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Keys as they are printed. Stateless. */
final class IssuedKeyAnswer {
    private IssuedKeyAnswer() {}

    /** A new key, with its secrets, which are never shown again. */
    static void print(IssuedKey issued, boolean json, Instant now, PrintWriter out) {
        VirtualKey key = issued.key();
        if (json) {
            out.println(describe(key, now)
                    .put("secret_access_key", issued.secretAccessKey())
                    .put("bearer_key", issued.bearerKey())
                    .toPrettyString());
            return;
        }
        out.println("# charged to " + key.team() + "/" + key.app()
                + (key.expires() == null ? "" : ", until " + key.expires()));
        out.println("# keep these now; they are not stored and cannot be shown again");
        out.println("AWS_ACCESS_KEY_ID=" + key.id());
        out.println("AWS_SECRET_ACCESS_KEY=" + issued.secretAccessKey());
        out.println("# or, instead of a signature");
        out.println("AWS_BEARER_TOKEN_BEDROCK=" + issued.bearerKey());
    }

    /** A key without its secrets. */
    static ObjectNode describe(VirtualKey key, Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("access_key_id", key.id())
                .put("team", key.team())
                .put("app", key.app())
                .put("label", key.label())
                .put("state", key.stateAt(now))
                .put("created", key.created().toString());
        put(node, "expires", key.expires());
        put(node, "revoked", key.revoked());
        ArrayNode generations = node.putArray("generations");
        for (Generation generation : key.generations()) {
            ObjectNode one = generations
                    .addObject()
                    .put("number", generation.number())
                    .put("created", generation.created().toString());
            put(one, "expires", generation.expires());
        }
        ObjectNode allowed = node.putObject("permissions");
        key.permissions().models().forEach(allowed.putArray("models")::add);
        key.permissions().regions().forEach(allowed.putArray("regions")::add);
        key.permissions().operations().forEach(allowed.putArray("operations")::add);
        key.permissions().guardrails().forEach(allowed.putArray("guardrails")::add);
        ArrayNode networks = allowed.putArray("networks");
        key.permissions().networks().forEach(network -> networks.add(network.text()));
        ObjectNode limits = node.putObject("limits");
        put(limits, "requests_per_minute", key.allowance().requestsPerMinute());
        put(limits, "tokens_per_minute", key.allowance().tokensPerMinute());
        put(limits, "concurrent", key.allowance().concurrent());
        return node;
    }

    private static void put(ObjectNode node, String name, int limit) {
        if (limit > 0) {
            node.put(name, limit);
        }
    }

    private static void put(ObjectNode node, String name, @Nullable Instant time) {
        if (time != null) {
            node.put(name, time.toString());
        }
    }
}
