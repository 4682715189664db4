package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What of an entry is kept as JSON. Stateless. */
final class EntryJson {
    private EntryJson() {}

    /** The lines of a charge: {@code [[unit, count, rate or null, cost], …]}; labels are plain words, so nothing needs escaping. */
    static String units(List<ChargeLine> lines) {
        StringBuilder json = new StringBuilder(128).append('[');
        for (ChargeLine line : lines) {
            json.append(json.length() == 1 ? "[\"" : ",[\"")
                    .append(line.unit().label())
                    .append("\",")
                    .append(line.count())
                    .append(',');
            Money rate = line.rate();
            if (rate == null) {
                json.append("null");
            } else {
                json.append(rate.picos());
            }
            json.append(',').append(line.cost().picos()).append(']');
        }
        return json.append(']').toString();
    }

    /**
     * The lines that were written so. The baseline is not in the ledger. Of an unresolved call only what is billed beside the
     * model has a price, and that is its baseline too.
     */
    static List<ChargeLine> lines(String units) {
        List<ChargeLine> lines = new ArrayList<>();
        for (JsonNode line : JsonMapper.shared().readTree(units)) {
            Money cost = Money.ofPicos(line.get(3).longValue());
            lines.add(new ChargeLine(
                    UsageUnit.of(line.get(0).stringValue()),
                    line.get(1).longValue(),
                    line.get(2).isNull() ? null : Money.ofPicos(line.get(2).longValue()),
                    cost,
                    cost));
        }
        return lines;
    }

    /** Attributes in the order of their names, so that equal ones are equal in the file; null if there are none. */
    static @Nullable String attributes(Map<String, String> attributes) {
        return attributes.isEmpty() ? null : JsonMapper.shared().writeValueAsString(new TreeMap<>(attributes));
    }

    /** The attributes that were written so. */
    static Map<String, String> attributes(@Nullable String json) {
        return json == null
                ? Map.of()
                : JsonMapper.shared().readValue(json, new TypeReference<Map<String, String>>() {});
    }
}
