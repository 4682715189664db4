package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The prices of all models of a book, by the ids that each endpoint knows them by. Thread-safe. */
final class Catalogue {
    private static final ModelPrices NOTHING = new ModelPrices(List.of(), ModelLimits.UNKNOWN);

    private final Map<String, ModelPrices> models;
    private final Namesakes namesakes;

    /** What mantle bills of the models that it has another name for: their own prices, and for what they lack the others'. */
    private final Map<String, ModelPrices> mantle = new HashMap<>();

    Catalogue(Map<String, ModelPrices> models) {
        this.models = Map.copyOf(models);
        this.namesakes = new Namesakes(models.keySet());
        models.forEach((id, own) -> {
            String namesake = namesakes.of(id);
            ModelPrices others = namesake == null ? null : models.get(namesake);
            if (others != null) {
                mantle.put(id, own.with(others));
            }
        });
    }

    /**
     * This catalogue under another.
     *
     * @param layers how many books this one is of
     */
    Catalogue under(Catalogue upper, int layers) {
        Map<String, ModelPrices> all = new HashMap<>(models);
        upper.models.forEach(
                (id, prices) -> all.put(id, models.getOrDefault(id, NOTHING).under(prices, layers)));
        return new Catalogue(all);
    }

    /** The ids that have a price. */
    Set<String> ids() {
        return models.keySet();
    }

    /** Whether it has a price for an id. */
    boolean has(String id) {
        return models.containsKey(id);
    }

    /** The prices listed for an id; null if it has none. */
    @Nullable
    ModelPrices prices(String id) {
        return models.get(id);
    }

    /** The prices that an endpoint bills a model by; null if it has none. */
    @Nullable
    ModelPrices prices(String id, Endpoint endpoint) {
        ModelPrices own = models.get(id);
        return switch (endpoint) {
            case RUNTIME, CONTROL -> own;
            case MANTLE -> own == null ? null : mantle.getOrDefault(id, own);
        };
    }

    /** An id of this catalogue that is the same but for a version that mantle leaves out; else the id itself. */
    String idOf(String id) {
        String namesake = models.containsKey(id) ? null : namesakes.of(id);
        return namesake == null ? id : namesake;
    }
}
