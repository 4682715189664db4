package io.bedrockmeter.proxy.config;

import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetActs;
import io.bedrockmeter.metering.budget.BudgetActs.Raise;
import io.bedrockmeter.metering.budget.BudgetMode;
import io.bedrockmeter.metering.budget.BudgetPeriod;
import io.bedrockmeter.metering.budget.BudgetScope;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.budget.Each;
import io.bedrockmeter.metering.money.Money;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much may be spent.
 *
 * @param budgets the budgets
 * @param acts what is done to them for a while
 */
public record BudgetsConfig(List<Budget> budgets, BudgetActs acts) {
    private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern AMOUNT_FORM =
            Pattern.compile("(?<number>[0-9]{1,15}(\\.[0-9]{1,12})?) ?(?<unit>USD|tokens)");
    private static final List<Integer> THRESHOLDS = List.of(50, 80, 100);
    /** Of the limit of a balanced budget that does not say by how much it may be passed. */
    private static final int OVERSHOOT_PARTS = 100;

    private static final ValueType<Amount> AMOUNT = new ValueType<>("amount", false, BudgetsConfig::parseAmount);

    private static final ValueType<Instant> TIME = new ValueType<>("time", false, text -> {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is not a time; write it as 2026-12-24T18:00:00Z", e);
        }
    });

    private static final ValueType<ZoneId> ZONE = new ValueType<>("time zone", false, text -> {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is no time zone; write UTC or one as Europe/Berlin", e);
        }
    });

    public BudgetsConfig {
        budgets = List.copyOf(budgets);
    }

    /** A budget, and what is done to it. */
    private record Entry(
            Budget budget, @Nullable Raise raise, @Nullable String frozen) {}

    /** So much of something. */
    private record Amount(BudgetUnit unit, long amount) {}

    static BudgetsConfig bind(Section in) {
        List<Entry> entries = List.copyOf(
                in.sections("budgets", "<name>", BudgetsConfig::bindBudget).values());
        Map<String, List<Raise>> raises = new LinkedHashMap<>();
        Map<String, String> frozen = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry.raise() != null) {
                raises.put(entry.budget().name(), List.of(entry.raise()));
            }
            if (entry.frozen() != null) {
                frozen.put(entry.budget().name(), entry.frozen());
            }
        }
        return new BudgetsConfig(entries.stream().map(Entry::budget).toList(), new BudgetActs(raises, frozen));
    }

    private static Entry bindBudget(Section in) {
        Amount limit = in.require(
                "limit", AMOUNT, "500 USD", "How much may be spent in each period: `500 USD` or `2000000 tokens`.");
        BudgetPeriod period = in.get(
                "period",
                ValueType.choice(BudgetPeriod.values()),
                "month",
                "When it begins anew: each `day`, each `week` on Monday, each `month`, or `total` for never.");
        ZoneId zone = in.get("zone", ZONE, "UTC", "By whose calendar: `UTC`, or a zone such as `Europe/Berlin`.");
        BudgetMode mode = in.get(
                "mode",
                ValueType.choice(BudgetMode.values()),
                "strict",
                "`strict`: a call reserves the most that it can cost, and is refused if there is not that much left, so that"
                        + " spending never passes the limit. `balanced`: it reserves what such calls have cost, so that spending may"
                        + " pass the limit by `overshoot` at worst. `soft`: it is counted, and the meters tell. `shadow`: it"
                        + " passes, and is counted as refused where strict would.");
        Amount overshoot = in.find(
                "overshoot",
                AMOUNT,
                "By how much a balanced budget may be passed at worst. Default: a hundredth of the limit.");
        Each each = in.get(
                "each",
                ValueType.choice(Each.values()),
                "all",
                "Who shares it: `all` that it counts, or each `team`, `app` or `key` of them has one like it.");
        BudgetScope scope = new BudgetScope(new BudgetScope.Patterns(
                in.list(
                        "teams",
                        ValueType.TEXT,
                        "Counts calls of these teams only; here and below, `*` stands for any part."),
                in.list("apps", ValueType.TEXT, "Counts calls of these applications only, of whatever team."),
                in.list("keys", ValueType.TEXT, "Counts calls with these keys only, by their ids."),
                in.list("labels", ValueType.TEXT, "Counts calls only with keys whose labels are one of these."),
                in.list("models", ValueType.TEXT, "Counts calls of these models only, by their catalogue ids."),
                in.list("modes", ValueType.TEXT, "Counts calls of these pricing modes only, such as `flex`.")));
        List<Integer> thresholds = in.list(
                "thresholds",
                ValueType.count(1, 1_000),
                "Percentages of the limit that are logged when spending reaches them, each once a period. Default: 50, 80, 100.");
        boolean needsMaxTokens = in.get(
                "require-max-tokens",
                ValueType.FLAG,
                "false",
                "Refuse calls that do not limit their output, instead of reserving all that the model can give.");
        Amount raisedBy = in.find(
                "raised-by",
                AMOUNT,
                "By how much the limit is raised until `raised-until`, after which it holds again.");
        Instant raisedUntil = in.find("raised-until", TIME, "Until when: a time such as `2026-12-24T18:00:00Z`.");
        String frozen = in.find(
                "frozen",
                ValueType.TEXT,
                "Why nothing is to be spent of it, whatever is left, until this key is removed; callers are told.");
        if (!NAME_FORM.matcher(in.name()).matches()) {
            throw new InvalidSetting(
                    "limit", "belongs to a budget whose name meters cannot have; use 1 to 63 letters, digits and _ -");
        }
        Budget budget = new Budget(
                in.name(),
                scope,
                each,
                limit.unit(),
                limit.amount(),
                period,
                zone,
                mode,
                overshoot(limit, overshoot, mode),
                (thresholds.isEmpty() ? THRESHOLDS : thresholds)
                        .stream().sorted().distinct().toList(),
                needsMaxTokens);
        return new Entry(budget, raise(limit, raisedBy, raisedUntil), frozen);
    }

    private static @Nullable Raise raise(Amount limit, @Nullable Amount by, @Nullable Instant until) {
        if (by == null && until == null) {
            return null;
        }
        if (by == null || until == null) {
            throw new InvalidSetting(
                    by == null ? "raised-by" : "raised-until",
                    "is missing: a limit is raised by an amount, until a time");
        }
        if (by.unit() != limit.unit()) {
            throw new InvalidSetting("raised-by", "must be in the unit of the limit");
        }
        return new Raise(by.amount(), until.toEpochMilli());
    }

    private static long overshoot(Amount limit, @Nullable Amount given, BudgetMode mode) {
        if (given == null) {
            return mode == BudgetMode.BALANCED ? limit.amount() / OVERSHOOT_PARTS : 0;
        }
        if (mode != BudgetMode.BALANCED) {
            throw new InvalidSetting("overshoot", "belongs to mode balanced; set mode: balanced or remove it");
        }
        if (given.unit() != limit.unit()) {
            throw new InvalidSetting("overshoot", "must be in the unit of the limit");
        }
        return given.amount();
    }

    private static Amount parseAmount(String text) {
        var matcher = AMOUNT_FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not an amount; write 500 USD, 0.25 USD or 2000000 tokens");
        }
        String number = matcher.group("number");
        long amount;
        if (matcher.group("unit").equals("USD")) {
            amount = Money.parseUsd(number).picos();
        } else if (number.contains(".")) {
            throw new IllegalArgumentException("is not a whole number of tokens");
        } else {
            amount = Long.parseLong(number);
        }
        BudgetUnit unit = matcher.group("unit").equals("USD") ? BudgetUnit.USD : BudgetUnit.TOKENS;
        if (amount <= 0 || amount > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException("is out of range; choose more than nothing, up to 2,000,000 USD");
        }
        return new Amount(unit, amount);
    }
}
