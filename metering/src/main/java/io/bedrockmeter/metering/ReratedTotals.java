package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PriceBook;
import java.math.BigInteger;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What calls were charged before they were priced by another book, and what after. Confined to one thread. */
public final class ReratedTotals {
    private final SortedMap<String, Row> rows = new TreeMap<>();

    /**
     * One model.
     *
     * @param calls all of its calls within the time
     * @param changed those that come to something else
     * @param left those that keep a charge because the book does not say what they cost
     * @param beforePicos what all were charged, in picodollars
     * @param afterPicos what all come to now, in picodollars
     */
    public record Row(long calls, long changed, long left, BigInteger beforePicos, BigInteger afterPicos) {
        private static final Row NONE = new Row(0, 0, 0, BigInteger.ZERO, BigInteger.ZERO);

        private Row plus(Row other) {
            return new Row(
                    calls + other.calls,
                    changed + other.changed,
                    left + other.left,
                    beforePicos.add(other.beforePicos),
                    afterPicos.add(other.afterPicos));
        }
    }

    /** By model, as it is known now. */
    public SortedMap<String, Row> byModel() {
        return Collections.unmodifiableSortedMap(rows);
    }

    /** All models together. */
    public Row total() {
        return rows.values().stream().reduce(Row.NONE, Row::plus);
    }

    /**
     * All of it as a JSON document, money in decimal strings of US dollars.
     *
     * @param book by which calls were priced
     * @param isDryRun whether nothing was written
     */
    public ObjectNode toJson(PriceBook book, boolean isDryRun) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("price_book", book.version())
                .put("dry_run", isDryRun);
        document.putArray("models");
        rows.forEach((model, row) ->
                write(row, document.withArray("models").addObject().put("model", model)));
        write(total(), document.putObject("total"));
        return document;
    }

    private static void write(Row row, ObjectNode to) {
        to.put("calls", row.calls())
                .put("changed", row.changed())
                .put("left", row.left())
                .put("usd_before", Money.toUsdString(row.beforePicos()))
                .put("usd_after", Money.toUsdString(row.afterPicos()))
                .put("usd_difference", Money.toUsdString(row.afterPicos().subtract(row.beforePicos())));
    }

    void kept(LedgerEntry entry) {
        add(entry.model(), new Row(1, 0, 0, picos(entry), picos(entry)));
    }

    void left(LedgerEntry entry) {
        add(entry.model(), new Row(1, 0, 1, picos(entry), picos(entry)));
    }

    void changed(LedgerEntry before, LedgerEntry after) {
        add(after.model(), new Row(1, 1, 0, picos(before), picos(after)));
    }

    private void add(String model, Row row) {
        rows.merge(model, row, Row::plus);
    }

    private static BigInteger picos(LedgerEntry entry) {
        return BigInteger.valueOf(entry.charge().cost().picos());
    }
}
