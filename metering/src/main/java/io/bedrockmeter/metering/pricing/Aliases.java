package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.ModelRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the operator says opaque identifiers stand for. Stateless. */
final class Aliases {
    private Aliases() {}

    /** Reads aliases and checks each against a book; reports all that are wrong at once. */
    static Map<String, ModelRef> parse(Map<String, String> modelByIdentifier, PriceBook book) {
        Map<String, ModelRef> parsed = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        modelByIdentifier.forEach((identifier, model) -> {
            ModelRef ref = ModelRef.parse(model);
            if (ref.catalogueId().filter(book::knows).isPresent()) {
                parsed.put(identifier, ref);
            } else {
                wrong.add("alias '" + identifier + "': the price book " + book.version() + " has no model '" + model
                        + "'; name a model id or a system profile that it has, such as us.anthropic.claude-sonnet-4-6");
            }
        });
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join("\n", wrong.stream().sorted().toList()));
        }
        return parsed;
    }

    /** A name for a set of aliases, since they too decide what a call costs. */
    static String version(Map<String, String> modelByIdentifier) {
        var text = new StringBuilder();
        new TreeMap<>(modelByIdentifier)
                .forEach((identifier, model) ->
                        text.append(identifier).append('\t').append(model).append('\n'));
        return "aliases-" + ContentHash.of(text.toString());
    }
}
