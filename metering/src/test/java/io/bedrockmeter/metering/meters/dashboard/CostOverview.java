package io.bedrockmeter.metering.meters.dashboard;

import static io.bedrockmeter.metering.meters.MeterLabel.APP;
import static io.bedrockmeter.metering.meters.MeterLabel.MODE;
import static io.bedrockmeter.metering.meters.MeterLabel.MODEL;
import static io.bedrockmeter.metering.meters.MeterLabel.OUTCOME;
import static io.bedrockmeter.metering.meters.MeterLabel.TEAM;
import static io.bedrockmeter.metering.meters.MeterLabel.TYPE;

import io.bedrockmeter.metering.meters.Meters;
import io.bedrockmeter.metering.meters.dashboard.Panel.Picture;
import io.bedrockmeter.metering.meters.dashboard.Panel.Scale;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What do we spend on Amazon Bedrock, who does, on what, and can the figures be trusted? */
final class CostOverview {
    private static final String RANGE = "$__range";
    private static final String RATE = "$__rate_interval";

    /** Writes dollars in full: Grafana's own currency unit makes $6.48K of 6480. */
    private static final String DOLLARS = "prefix:$";

    private static final String DOLLAR_AXIS = "currencyUSD";
    private static final String SHARE = "percentunit";
    private static final double DAY_SECONDS = 86_400;

    private static final Selector COST = Selector.of(Meters.COST).by(TEAM, APP, MODEL, MODE);
    private static final Selector BASELINE = Selector.of(Meters.BASELINE_COST).by(TEAM, APP, MODEL, MODE);
    private static final Selector TOKENS = Selector.of(Meters.TOKENS).by(TEAM, APP, MODEL, MODE);

    private CostOverview() {}

    static Dashboard dashboard() {
        return new Dashboard(
                "bedrock-meter-cost",
                "Bedrock cost overview",
                "What is spent on Amazon Bedrock, by whom and on what. Costs are at list price, before discounts, credits"
                        + " and tax; the ledger holds the same figures exactly.",
                List.of(
                        new Row("", 4, List.of(spend(), lastDay(), pace(), change(), saved(), perThousand())),
                        new Row("", 9, List.of(perDay(), perHour())),
                        new Row("", 9, List.of(byType(), top(), blended())),
                        new Row(
                                "Can these figures be trusted? (all teams, apps, models and modes)",
                                4,
                                List.of(unpriced(), estimated(), missing(), priceAge(), drift(), writeFailures()))));
    }

    private static Panel spend() {
        return stat(
                "Spend in range",
                "Growth of the cost meters over the time range shown, summed over replicas after restarts are"
                        + " accounted for. Prometheus extrapolates to the edges of the range; the ledger is exact.",
                Scale.neutral(DOLLARS, 2),
                "sum(" + COST.increase(RANGE) + ")");
    }

    private static Panel lastDay() {
        return stat(
                "Spend, last 24 hours",
                "Growth of the cost meters over the 24 hours before the end of the time range.",
                Scale.neutral(DOLLARS, 2),
                "sum(" + COST.increase("1d") + ")");
    }

    private static Panel pace() {
        return stat(
                "30 days at this week's pace",
                "Mean spend per second of the last 7 days, times 30 days. Whole weeks, because weekdays and"
                        + " weekends differ. Too low until there are 7 days of data.",
                Scale.neutral(DOLLARS, 2),
                "sum(" + COST.rate("7d") + ") * 86400 * 30");
    }

    private static Panel change() {
        return stat(
                "Change on last week",
                "Spend of the last 7 days divided by that of the 7 days before, less one. Empty until there are more"
                        + " than 7 days of data.",
                Scale.neutral(SHARE, 1),
                "sum(" + COST.increase("7d") + ") / sum(" + COST.increase("7d", "7d") + ") - 1");
    }

    private static Panel saved() {
        return stat(
                "Saved against on demand, uncached",
                "One less the cost divided by what the same usage would have cost on demand and uncached at list"
                        + " price. Negative where priority tiers or cache writes cost more than they save.",
                Scale.neutral(SHARE, 1),
                "1 - sum(" + COST.increase(RANGE) + ") / sum(" + BASELINE.increase(RANGE) + ")");
    }

    private static Panel perThousand() {
        Selector cost = Selector.of(Meters.COST).by(TEAM, MODEL, MODE);
        Selector requests = Selector.of(Meters.REQUESTS).by(TEAM, MODEL, MODE).with(OUTCOME, "success");
        return stat(
                "Cost of 1,000 successful requests",
                "Cost in the time range divided by successful requests, times 1,000. The cost of requests that failed"
                        + " is in it. Requests are not counted by app, so the app chosen has no effect.",
                Scale.neutral(DOLLARS, 4),
                "1000 * sum(" + cost.increase(RANGE) + ") / sum(" + requests.increase(RANGE) + ")");
    }

    private static Panel perDay() {
        return new Panel(
                "Spend per UTC day by model",
                "One bar for each UTC day, as AWS bills: the growth of the cost meters from that midnight to the next."
                        + " Today's bar is not complete.",
                Picture.DAYS,
                Scale.neutral(DOLLAR_AXIS, 2),
                new Query("sum by(model) (" + COST.increase("1d", "-1d") + ")", "{{model}}"));
    }

    private static Panel perHour() {
        return new Panel(
                "Spend per hour by team",
                "Rate at which the cost meters grow over the last few scrapes, in dollars per hour, stacked: the top of"
                        + " the stack is the spend of all teams.",
                Picture.STACK,
                Scale.neutral(DOLLAR_AXIS, 2),
                new Query("sum by(team) (" + COST.rate(RATE) + ") * 3600", "{{team}}"));
    }

    private static Panel byType() {
        return new Panel(
                "Spend by what was used",
                "Cost in the time range by unit of usage. 'input' is uncached input only; 'unattributed' was charged"
                        + " at what had been reserved, after a crash.",
                Picture.PIE,
                Scale.neutral(DOLLARS, 2),
                new Query("sum by(type) (" + COST.increase(RANGE) + ")", "{{type}}"));
    }

    private static Panel top() {
        return new Panel(
                "Top 10 by team and model",
                "The ten pairs of team and model that cost the most in the time range.",
                Picture.RANKING,
                Scale.neutral(DOLLARS, 2),
                new Query("topk(10, sum by(team, model) (" + COST.increase(RANGE) + "))", "{{team}} · {{model}}"));
    }

    private static Panel blended() {
        String tokenTypes = Arrays.stream(UsageUnit.values())
                .filter(UsageUnit::isToken)
                .map(UsageUnit::label)
                .collect(Collectors.joining("|"));
        return new Panel(
                "Blended price of a million tokens by model",
                "Cost of tokens divided by all tokens, input, cached and output together, over the hour before each"
                        + " point, times a million. Costs of images, searches and the like are not in it.",
                Picture.LINES,
                Scale.neutral(DOLLAR_AXIS, 2),
                new Query(
                        "1e6 * sum by(model) (" + COST.with(TYPE, tokenTypes).rate("1h") + ") / sum by(model) ("
                                + TOKENS.rate("1h") + ")",
                        "{{model}}"));
    }

    private static Panel unpriced() {
        return stat(
                "Usage without a price",
                "Tokens, images and other units in the time range for which the price book has no price. Their cost is"
                        + " missing above: import a price for them.",
                Scale.watched("short", 0, 1, 1_000),
                "sum(" + Selector.of(Meters.UNPRICED_UNITS).increase(RANGE) + ")");
    }

    private static Panel estimated() {
        return stat(
                "Estimated share of cost",
                "Cost that rests on an estimate of usage or on a price of doubtful source, divided by all cost, in the"
                        + " time range.",
                Scale.watched(SHARE, 2, 0.01, 0.05),
                "sum(" + Selector.of(Meters.ESTIMATED_COST).increase(RANGE) + ") / sum("
                        + Selector.of(Meters.COST).increase(RANGE) + ")");
    }

    private static Panel missing() {
        return stat(
                "Answers without whole usage",
                "Calls that were answered but whose usage was not reported whole, divided by successful calls, in the"
                        + " time range. Their cost is estimated.",
                Scale.watched(SHARE, 2, 0.01, 0.05),
                "sum(" + Selector.of(Meters.USAGE_MISSING).increase(RANGE) + ") / sum("
                        + Selector.of(Meters.REQUESTS).with(OUTCOME, "success").increase(RANGE) + ")");
    }

    private static Panel priceAge() {
        return stat(
                "Age of the prices",
                "Time since the newest price book in force was taken. AWS changes prices a few times a year.",
                Scale.watched("s", 1, 45 * DAY_SECONDS, 90 * DAY_SECONDS),
                "time() - max(" + Selector.of(Meters.PRICE_BOOK_TIMESTAMP) + ")");
    }

    private static Panel drift() {
        return stat(
                "Ledger against meters",
                "What the ledgers of the running processes charged, less what their meters show, signs ignored. Zero,"
                        + " but for calls that were just being settled.",
                Scale.watched(DOLLARS, 6, 0.01, 1),
                "sum(abs(" + Selector.of(Meters.LEDGER_METER_DRIFT) + "))");
    }

    private static Panel writeFailures() {
        return stat(
                "Failed writes of the ledger",
                "Writes in the time range that did not become durable. After one, the process admits no call.",
                Scale.watched("short", 0, 1, 1),
                "sum(" + Selector.of(Meters.LEDGER_WRITE_FAILURES).increase(RANGE) + ")");
    }

    private static Panel stat(String title, String description, Scale scale, String expression) {
        return new Panel(title, description, Picture.STAT, scale, new Query(expression, ""));
    }
}
