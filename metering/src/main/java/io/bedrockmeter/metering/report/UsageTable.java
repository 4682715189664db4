package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A report as columns and rows, for people and for programs. Immutable.
 *
 * <p>The columns: each dimension of the query; {@code calls}; in a report by type {@code count}, else {@code open_calls} and
 * one column for each unit that was used; {@code cost_usd} at list prices; where there are discounts {@code net_usd}, what is to be
 * paid of it; the {@code estimated_usd} that is part of the cost; {@code unpriced_calls}. All money is an exact decimal.
 */
public final class UsageTable {
    private static final JsonMapper JSON = new JsonMapper();

    private final int dimensions;
    private final List<Column> columns;
    private final List<UsageRow> rows;

    private UsageTable(int dimensions, List<Column> columns, List<UsageRow> rows) {
        this.dimensions = dimensions;
        this.columns = columns;
        this.rows = rows;
    }

    /** The table of a report. */
    public static UsageTable of(UsageReport report) {
        List<Column> columns = new ArrayList<>();
        List<Dimension> groupBy = report.query().groupBy();
        for (int position = 0; position < groupBy.size(); position++) {
            int index = position;
            columns.add(
                    new Column(groupBy.get(index).label(), row -> row.group().get(index)));
        }
        columns.add(new Column("calls", UsageRow::calls));
        if (report.query().isByType()) {
            columns.add(new Column("count", UsageTable::count));
        } else {
            columns.add(new Column("open_calls", UsageRow::openCalls));
            unitsUsed(report).forEach(unit -> columns.add(new Column(unit.label(), row -> row.count(unit))));
        }
        columns.add(new Column("cost_usd", UsageRow::costUsd));
        if (report.isDiscounted()) {
            columns.add(new Column("net_usd", UsageRow::netUsd));
        }
        columns.add(new Column("estimated_usd", UsageRow::estimatedUsd));
        columns.add(new Column("unpriced_calls", UsageRow::unpricedCalls));
        return new UsageTable(groupBy.size(), columns, report.rows());
    }

    /** The names of the columns. */
    public List<String> columns() {
        return columns.stream().map(Column::name).toList();
    }

    /** How many of the columns hold numbers; they are the last ones. */
    public int numberColumns() {
        return columns.size() - dimensions;
    }

    /** The rows, a cell for each column. */
    public List<List<String>> rows() {
        return rows.stream().map(this::cells).toList();
    }

    /** Writes the table as comma-separated values (RFC 4180), with the names of the columns in the first line. */
    public void writeCsv(Appendable out) throws IOException {
        Csv.writeLine(out, columns());
        for (UsageRow row : rows) {
            Csv.writeLine(out, cells(row));
        }
    }

    /** The table as a JSON array with an object for each row. Money is a decimal string; counts are numbers. */
    public String toJson() {
        ArrayNode array = JSON.createArrayNode();
        for (UsageRow row : rows) {
            ObjectNode object = array.addObject();
            for (Column column : columns) {
                Object value = column.value().apply(row);
                if (value instanceof Long number) {
                    object.put(column.name(), number);
                } else {
                    object.put(column.name(), value.toString());
                }
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(array);
    }

    private List<String> cells(UsageRow row) {
        return columns.stream()
                .map(column -> column.value().apply(row).toString())
                .toList();
    }

    private static List<UsageUnit> unitsUsed(UsageReport report) {
        return Arrays.stream(UsageUnit.values())
                .filter(unit -> report.rows().stream().anyMatch(row -> row.count(unit) != 0))
                .toList();
    }

    private static Long count(UsageRow row) {
        return row.counts().values().stream().mapToLong(Long::longValue).sum();
    }

    /** A column: its name, and its value in a row, text or a {@code Long}. */
    private record Column(String name, Function<UsageRow, Object> value) {}
}
