package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.script.Served;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The service tier and the latency mode of a call: asked for, and served. */
record Tier(String asked, String served, String latencyAsked, String latencyServed, boolean silent) {
    private static final String DEFAULT = "default";
    private static final String STANDARD = "standard";
    /** Of calls that cannot ask. */
    static final Tier DEFAULT_TIER = new Tier(DEFAULT, DEFAULT, STANDARD, STANDARD, false);

    static Tier of(Received request, JsonNode json, Route route, Served served) {
        boolean converse = route.operation().isConverse();
        String asked = asked(request, json, route);
        String latencyAsked = converse
                ? json.path("performanceConfig").path("latency").asString(STANDARD)
                : request.header("x-amzn-bedrock-performanceconfig-latency").orElse(STANDARD);
        return new Tier(
                asked,
                served.tier() == null ? asked : served.tier(),
                latencyAsked,
                served.latency() == null ? latencyAsked : served.latency(),
                served.isSilent());
    }

    private static String asked(Received request, JsonNode json, Route route) {
        if (route.operation().isConverse()) {
            return json.path("serviceTier").path("type").asString(DEFAULT);
        }
        if (route.operation().dialect() == Dialect.OPENAI) {
            String asked = json.path("service_tier").asString(DEFAULT);
            return asked.equals("auto") ? DEFAULT : asked;
        }
        return request.header("x-amzn-bedrock-service-tier").orElse(DEFAULT);
    }

    /** The tier that the answer names: one that is not the default, or the default where another was asked for. */
    @Nullable
    String tierEcho() {
        return silent || (asked.equals(DEFAULT) && served.equals(DEFAULT)) ? null : served;
    }

    @Nullable
    String latencyEcho() {
        return silent || (latencyAsked.equals(STANDARD) && latencyServed.equals(STANDARD)) ? null : latencyServed;
    }

    /** The tier in formats that always name it. */
    @Nullable
    String named() {
        return silent ? null : served;
    }

    /** How the call is priced. */
    String mode(ModelId model) {
        if (model.kind() == ModelId.Kind.PROVISIONED) {
            return "provisioned";
        }
        if (model.kind() == ModelId.Kind.IMPORTED) {
            return "custom_import";
        }
        if (!served.equals(DEFAULT)) {
            return served;
        }
        return latencyServed.equals("optimized") ? "latency_optimized" : "on_demand";
    }
}
