package io.bedrockmeter.simulator.truth;

import io.bedrockmeter.simulator.call.ModelId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The simulator's own price table: a few models of one region, read from {@code prices.json}. Immutable. */
public final class Prices {
    private static final String RESOURCE = "/io/bedrockmeter/simulator/prices.json";

    private static final String GUARDRAILS = "bedrock-guardrails";

    private final String region;
    private final Map<Key, Card> cards;

    /** What a rate card is for. */
    private record Key(String model, boolean global, String mode) {}

    /** Rates per single unit, its name followed by the attributes that narrow it; good up to a total of input tokens. */
    private record Card(
            String model,
            String routing,
            String mode,
            @Nullable Long totalInputMax,
            Map<String, BigDecimal> rates) {}

    /** The file. */
    private record Table(String region, String asOf, String about, List<Card> cards) {}

    private Prices(String region, Map<Key, Card> cards) {
        this.region = region;
        this.cards = cards;
    }

    public static Prices bundled() {
        try (InputStream json = Prices.class.getResourceAsStream(RESOURCE)) {
            if (json == null) {
                throw new IllegalStateException("the price table " + RESOURCE + " is missing from the jar");
            }
            Table table = new JsonMapper().readValue(json, Table.class);
            Map<Key, Card> cards = new HashMap<>();
            for (Card card : table.cards()) {
                cards.put(new Key(card.model(), card.routing().equals("global"), card.mode()), card);
            }
            return new Prices(table.region(), cards);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the price table " + RESOURCE, e);
        }
    }

    /** The exact cost of tokens; empty where a rate for any of them is not in the table. */
    public Optional<BigDecimal> usd(String ofRegion, ModelId model, String mode, Counts counts) {
        return usd(ofRegion, model, mode, counts, Map.of());
    }

    /**
     * The exact cost; empty where a rate for any of the units is not in the table.
     *
     * @param attributes that narrow units down, for example the size of images
     */
    public Optional<BigDecimal> usd(
            String ofRegion, ModelId model, String mode, Counts counts, Map<String, String> attributes) {
        BigDecimal usd = BigDecimal.ZERO;
        for (Map.Entry<String, Long> unit : counts.units().entrySet()) {
            boolean guardrail = unit.getKey().startsWith("guardrail_");
            BigDecimal rate = guardrail
                    ? guardrailRate(ofRegion, unit.getKey())
                    : rate(ofRegion, model, mode, counts.totalInput(), unit.getKey(), attributes);
            if (rate == null) {
                return Optional.empty();
            }
            usd = usd.add(rate.multiply(BigDecimal.valueOf(unit.getValue())));
        }
        return Optional.of(usd);
    }

    private @Nullable BigDecimal guardrailRate(String ofRegion, String unit) {
        Card card = cards.get(new Key(GUARDRAILS, false, "on_demand"));
        return card == null || !ofRegion.equals(region) ? null : card.rates().get(unit);
    }

    private @Nullable BigDecimal rate(
            String ofRegion, ModelId model, String mode, long totalInput, String unit, Map<String, String> attributes) {
        if (model.kind() == ModelId.Kind.PROVISIONED || model.kind() == ModelId.Kind.IMPORTED) {
            return BigDecimal.ZERO;
        }
        Card card = model.kind() == ModelId.Kind.OPAQUE || !ofRegion.equals(region) ? null : card(model, mode);
        if (card == null || (card.totalInputMax() != null && totalInput > card.totalInputMax())) {
            return null;
        }
        StringBuilder narrow = new StringBuilder(unit);
        new TreeMap<>(attributes)
                .forEach((name, value) ->
                        narrow.append(' ').append(name).append('=').append(value));
        BigDecimal narrowed = card.rates().get(narrow.toString());
        return narrowed == null ? card.rates().get(unit) : narrowed;
    }

    /** Some hosts leave the version out of an identifier. */
    private @Nullable Card card(ModelId model, String mode) {
        for (String version : List.of("", "-1:0", "-v1:0")) {
            Card card = cards.get(new Key(model.base() + version, model.global(), mode));
            if (card != null) {
                return card;
            }
        }
        return null;
    }
}
