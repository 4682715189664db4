package io.bedrockmeter.metering.meters.dashboard;

import io.bedrockmeter.metering.meters.MeterLabel;
import io.bedrockmeter.metering.meters.Meters;
import io.bedrockmeter.metering.meters.dashboard.Panel.Picture;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dashboard in Grafana's classic model, schema 39, which Grafana 9 to 13 read; the newer model would shut out all before
 * 12. Used by one thread, for one dashboard.
 */
final class GrafanaJson {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int SCHEMA_VERSION = 39;
    private static final int REFRESH_ON_TIME_CHANGE = 2;
    private static final int SORT_BY_NAME = 1;

    private final Dashboard dashboard;
    private int nextId = 1;

    private GrafanaJson(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /** The file's content. */
    static String of(Dashboard dashboard) {
        return MAPPER.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new GrafanaJson(dashboard).root())
                        .replace("\r\n", "\n")
                + "\n";
    }

    private ObjectNode root() {
        ObjectNode root = object().putNull("id")
                .put("uid", dashboard.uid())
                .put("title", dashboard.title())
                .put("description", dashboard.description())
                .put("schemaVersion", SCHEMA_VERSION)
                .put("version", 1)
                .put("editable", false)
                .put("timezone", "utc")
                .put("refresh", "1m")
                .put("graphTooltip", 1);
        root.putArray("tags").add("bedrock-meter");
        root.putObject("time").put("from", "now-30d").put("to", "now");
        root.putObject("templating").set("list", variables());
        root.putObject("annotations").set("list", annotations());
        root.set("panels", panels());
        return root;
    }

    private static ArrayNode variables() {
        ArrayNode list = MAPPER.createArrayNode();
        list.addObject()
                .put("name", "datasource")
                .put("label", "Data source")
                .put("type", "datasource")
                .put("query", "prometheus")
                .putObject("current")
                .put("text", "default")
                .put("value", "default");
        list.add(variable("job", Meters.BUILD_INFO.prometheusName()));
        String cost = Meters.COST.prometheusName();
        list.add(variable(MeterLabel.TEAM.label(), cost + "{job=~\"$job\"}"));
        list.add(variable(MeterLabel.APP.label(), cost + "{job=~\"$job\",team=~\"$team\"}"));
        list.add(variable(MeterLabel.MODEL.label(), cost + "{job=~\"$job\",team=~\"$team\"}"));
        list.add(variable(MeterLabel.MODE.label(), cost + "{job=~\"$job\",team=~\"$team\"}"));
        return list;
    }

    private static ObjectNode variable(String name, String series) {
        String query = "label_values(" + series + ", " + name + ")";
        ObjectNode variable = object().put("name", name)
                .put("label", name)
                .put("type", "query")
                .put("definition", query)
                .put("multi", true)
                .put("includeAll", true)
                .put("allValue", ".+")
                .put("refresh", REFRESH_ON_TIME_CHANGE)
                .put("sort", SORT_BY_NAME);
        variable.set("datasource", datasource());
        variable.putObject("query").put("query", query).put("refId", "StandardVariableQuery");
        ObjectNode current = variable.putObject("current");
        current.putArray("text").add("All");
        current.putArray("value").add("$__all");
        return variable;
    }

    private static ArrayNode annotations() {
        ArrayNode list = MAPPER.createArrayNode();
        list.add(annotation(
                "Prices changed",
                "purple",
                "changes(" + Selector.of(Meters.PRICE_BOOK_TIMESTAMP) + "[$__interval]) > 0",
                "{{source}}"));
        String builds = "count by(version, revision) (" + Selector.of(Meters.BUILD_INFO);
        list.add(annotation(
                "New build",
                "blue",
                builds + ") unless " + builds + " offset $__interval)",
                "{{version}} {{revision}}"));
        return list;
    }

    private static ObjectNode annotation(String name, String color, String expression, String title) {
        ObjectNode annotation = object().put("name", name)
                .put("enable", true)
                .put("hide", false)
                .put("iconColor", color)
                .put("expr", expression)
                .put("step", "5m")
                .put("titleFormat", title);
        annotation.set("datasource", datasource());
        return annotation;
    }

    private ArrayNode panels() {
        ArrayNode list = MAPPER.createArrayNode();
        int y = 0;
        for (Row row : dashboard.rows()) {
            if (!row.heading().isEmpty()) {
                ObjectNode heading = list.addObject()
                        .put("id", nextId++)
                        .put("type", "row")
                        .put("title", row.heading())
                        .put("collapsed", false);
                heading.set("gridPos", position(0, y, Row.GRID_WIDTH, 1));
                heading.putArray("panels");
                y++;
            }
            int x = 0;
            for (Panel panel : row.panels()) {
                list.add(panel(panel, position(x, y, row.panelWidth(), row.height())));
                x += row.panelWidth();
            }
            y += row.height();
        }
        return list;
    }

    private ObjectNode panel(Panel panel, ObjectNode position) {
        ObjectNode json = object().put("id", nextId++)
                .put("type", panel.picture().type())
                .put("title", panel.title())
                .put("description", panel.description());
        json.set("datasource", datasource());
        json.set("gridPos", position);
        if (panel.picture() == Picture.DAYS) {
            json.put("interval", "1d");
        }
        ObjectNode target = json.putArray("targets")
                .addObject()
                .put("refId", "A")
                .put("expr", panel.query().expression())
                .put("legendFormat", panel.query().legend())
                .put("instant", panel.picture().isInstant())
                .put("range", !panel.picture().isInstant());
        target.set("datasource", datasource());
        ObjectNode field = json.putObject("fieldConfig");
        field.set("defaults", defaults(panel));
        field.putArray("overrides");
        json.set("options", options(panel.picture()));
        return json;
    }

    private static ObjectNode defaults(Panel panel) {
        Panel.Scale scale = panel.scale();
        ObjectNode defaults = object().put("unit", scale.unit());
        if (scale.decimals() != null) {
            defaults.put("decimals", scale.decimals());
        }
        boolean named = panel.picture() != Picture.STAT && panel.picture() != Picture.RANKING;
        defaults.putObject("color").put("mode", named ? "palette-classic" : "thresholds");
        ArrayNode steps =
                defaults.putObject("thresholds").put("mode", "absolute").putArray("steps");
        for (Panel.Step step : scale.steps()) {
            steps.addObject().put("color", step.color()).put("value", step.from());
        }
        if (!panel.picture().isInstant()) {
            defaults.put("min", 0);
            defaults.set("custom", drawing(panel.picture()));
        }
        return defaults;
    }

    private static ObjectNode drawing(Picture picture) {
        boolean bars = picture == Picture.DAYS;
        boolean stacked = picture != Picture.LINES;
        ObjectNode custom = object().put("drawStyle", bars ? "bars" : "line")
                .put("fillOpacity", bars ? 80 : stacked ? 30 : 0)
                .put("lineWidth", 1)
                .put("showPoints", "never");
        custom.putObject("stacking").put("mode", stacked ? "normal" : "none").put("group", "A");
        return custom;
    }

    private static ObjectNode options(Picture picture) {
        ObjectNode options = object();
        switch (picture) {
            case STAT -> {
                reduce(options);
                options.put("colorMode", "value").put("graphMode", "none").put("textMode", "value");
            }
            case RANKING -> {
                reduce(options);
                options.put("displayMode", "basic").put("orientation", "horizontal");
            }
            case PIE -> {
                reduce(options);
                options.put("pieType", "donut");
                legend(options, "right", "value")
                        .putArray("values")
                        .add("value")
                        .add("percent");
            }
            case LINES, STACK, DAYS -> {
                options.putObject("tooltip").put("mode", "multi").put("sort", "desc");
                legend(options, "bottom", "list");
            }
        }
        return options;
    }

    private static void reduce(ObjectNode options) {
        ObjectNode reduce =
                options.putObject("reduceOptions").put("values", false).put("fields", "");
        reduce.putArray("calcs").add("lastNotNull");
    }

    private static ObjectNode legend(ObjectNode options, String placement, String display) {
        return options.putObject("legend")
                .put("showLegend", true)
                .put("displayMode", display.equals("value") ? "table" : display)
                .put("placement", placement);
    }

    private static ObjectNode position(int x, int y, int width, int height) {
        return object().put("h", height).put("w", width).put("x", x).put("y", y);
    }

    private static ObjectNode datasource() {
        return object().put("type", "prometheus").put("uid", "${datasource}");
    }

    private static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
