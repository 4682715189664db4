package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.route.Operation;
import io.bedrockmeter.proxy.route.Route;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What calls ask for, held against the rules of the key that they are made with. Stateless. */
final class KeyRules {
    private KeyRules() {}

    /**
     * The rule that a call breaks, with what it asks for; null if it may be made.
     *
     * @param facts what its body says; null if that is a stream
     * @param region region of the proxy
     */
    static @Nullable String ruleAgainst(
            Caller caller,
            Route.Found route,
            ModelRef model,
            @Nullable RequestFacts facts,
            HttpRequest request,
            String region) {
        Permissions permissions = caller.terms().permissions();
        if (permissions.restrictNothing()) {
            return null;
        }
        boolean runsModel = !(model instanceof ModelRef.NoModel);
        return permissions.ruleAgainst(new Permissions.Asked(
                region,
                route.operation().operationName(),
                runsModel ? model.requested() : null,
                model.catalogueId().orElse(null),
                guardrail(route.operation(), model, facts, request)));
    }

    /** The guardrail that a call runs under for certain; null if there is none. */
    private static @Nullable String guardrail(
            Operation operation, ModelRef model, @Nullable RequestFacts facts, HttpRequest request) {
        if (operation == Operation.APPLY_GUARDRAIL) {
            return model.requested();
        }
        boolean several = request.headers().getAll(ExchangeHeaders.GUARDRAIL).size() > 1;
        return facts == null || several || !operation.takesGuardrail() ? null : facts.guardrail();
    }
}
