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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The simulator's own price table: a few models of one region, read from {@code prices.json}. Immutable. */
public final class Prices {
    private static final String RESOURCE = "/io/bedrockmeter/simulator/prices.json";

    private final String region;
    private final Map<Key, Card> cards;

    /** What a rate card is for. */
    private record Key(String model, boolean global, String mode) {}

    /** Rates per single unit, good up to a total of input tokens. */
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

    /** The exact cost; empty where a rate for any of the units is not in the table. */
    public Optional<BigDecimal> usd(String ofRegion, ModelId model, String mode, Counts counts) {
        if (counts.units().isEmpty() || model.kind() == ModelId.Kind.PROVISIONED) {
            return Optional.of(BigDecimal.ZERO);
        }
        Card card = cards.get(new Key(model.base(), model.global(), mode));
        if (card == null || model.kind() == ModelId.Kind.OPAQUE || !ofRegion.equals(region)) {
            return Optional.empty();
        }
        if (card.totalInputMax() != null && counts.totalInput() > card.totalInputMax()) {
            return Optional.empty();
        }
        BigDecimal usd = BigDecimal.ZERO;
        for (Map.Entry<String, Long> unit : counts.units().entrySet()) {
            BigDecimal rate = card.rates().get(unit.getKey());
            if (rate == null) {
                return Optional.empty();
            }
            usd = usd.add(rate.multiply(BigDecimal.valueOf(unit.getValue())));
        }
        return Optional.of(usd);
    }
}
