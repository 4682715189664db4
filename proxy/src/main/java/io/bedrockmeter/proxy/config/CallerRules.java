package io.bedrockmeter.proxy.config;

import java.util.List;

/**
 * What callers may do who are known by something other than a key of the proxy's own, which has its rules in itself. An empty list
 * restricts nothing.
 *
 * @param models identifiers of models as callers name them, or the model ids behind profiles; an asterisk at the end stands for
 *     any rest
 * @param operations names of operations, such as {@code Converse}
 */
public record CallerRules(List<String> models, List<String> operations) {
    /** Anything. */
    public static final CallerRules NONE = new CallerRules(List.of(), List.of());

    public CallerRules {
        models = List.copyOf(models);
        operations = List.copyOf(operations);
    }

    static CallerRules bind(Section in) {
        return new CallerRules(
                in.list(
                        "models",
                        ValueType.TEXT,
                        "Models they may call, as `keys create --models` takes them; if absent, all."),
                in.list("operations", ValueType.TEXT, "Operations they may call, such as Converse; if absent, all."));
    }
}
