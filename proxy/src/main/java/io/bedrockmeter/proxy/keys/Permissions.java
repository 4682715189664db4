package io.bedrockmeter.proxy.keys;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key may be used for. An empty list restricts nothing. Immutable.
 *
 * @param models identifiers of models as callers name them, or the model ids behind profiles; an asterisk at the end stands for
 *     any rest
 * @param regions regions whose proxy may be called
 * @param operations names of operations, such as {@code Converse}
 * @param guardrails identifiers of guardrails, one of which each call must run under
 * @param networks where calls may come from
 */
public record Permissions(
        List<String> models,
        List<String> regions,
        List<String> operations,
        List<String> guardrails,
        List<Network> networks) {
    /** Anything, from anywhere. */
    public static final Permissions ALL = new Permissions(List.of(), List.of(), List.of(), List.of(), List.of());

    public Permissions {
        models = List.copyOf(models);
        regions = List.copyOf(regions);
        operations = List.copyOf(operations);
        guardrails = List.copyOf(guardrails);
        networks = List.copyOf(networks);
    }

    /**
     * A call that asks to be made.
     *
     * @param region region of the proxy
     * @param operation name of the operation
     * @param model identifier of the model as the caller names it; null if the operation runs none
     * @param modelId id of the model behind that; null if it does not say
     * @param guardrail identifier of the one guardrail that it names; null if it names none, or several
     */
    public record Asked(
            String region,
            String operation,
            @Nullable String model,
            @Nullable String modelId,
            @Nullable String guardrail) {}

    /** Whether any call is as good as another, wherever it comes from. */
    public boolean restrictNothing() {
        return equals(ALL);
    }

    /** Whether calls may come from an address. */
    public boolean allows(InetAddress source) {
        if (networks.isEmpty()) {
            return true;
        }
        for (Network network : networks) {
            if (network.contains(source)) {
                return true;
            }
        }
        return false;
    }

    /** The rule that a call breaks, with what it asked for; null if it may be made. */
    public @Nullable String ruleAgainst(Asked asked) {
        if (!isListed(regions, asked.region())) {
            return "regions: this is " + asked.region();
        }
        if (!isListed(operations, asked.operation())) {
            return "operations: this is " + asked.operation();
        }
        boolean known = models.isEmpty()
                || (asked.model() != null && isCovered(asked.model()))
                || (asked.modelId() != null && isCovered(asked.modelId()));
        if (!known) {
            return "models: this is " + (asked.model() == null ? "about no model" : asked.model());
        }
        if (!isListed(guardrails, asked.guardrail())) {
            return "guardrails: this names "
                    + (asked.guardrail() == null ? "none of them, or several" : asked.guardrail());
        }
        return null;
    }

    private boolean isCovered(String model) {
        for (String pattern : models) {
            int last = pattern.length() - 1;
            boolean covered =
                    pattern.charAt(last) == '*' ? model.regionMatches(0, pattern, 0, last) : model.equals(pattern);
            if (covered) {
                return true;
            }
        }
        return false;
    }

    private static boolean isListed(List<String> allowed, @Nullable String value) {
        return allowed.isEmpty() || (value != null && allowed.contains(value));
    }
}
