package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/budgets}: how each budget stands that has been used in its present period, or that all share. Amounts are decimal texts
 * of USD, or whole numbers of tokens.
 */
final class BudgetsResource implements AdminResource {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Supplier<List<BudgetStatus>> statuses;

    BudgetsResource(Supplier<List<BudgetStatus>> statuses) {
        this.statuses = statuses;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(List.of());
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode budgets = answer.putArray("budgets");
        statuses.get().forEach(status -> write(status, budgets.addObject()));
        return AdminResponse.json(200, answer);
    }

    private static void write(BudgetStatus status, ObjectNode into) {
        Budget budget = status.budget();
        into.put("budget", budget.name());
        if (!status.subject().isEmpty()) {
            into.put(budget.each().name().toLowerCase(Locale.ROOT), status.subject());
        }
        into.put("mode", budget.mode().name().toLowerCase(Locale.ROOT));
        into.put("period", budget.period().name().toLowerCase(Locale.ROOT));
        into.put("zone", budget.zone().getId());
        into.put("started_at", Instant.ofEpochMilli(status.span().startMillis()).toString());
        if (status.span().endMillis() != Long.MAX_VALUE) {
            into.put("ends_at", Instant.ofEpochMilli(status.span().endMillis()).toString());
        }
        into.put("frozen", status.isFrozen());
        String unit = budget.unit() == BudgetUnit.USD ? "_usd" : "_tokens";
        amount(into, "limit" + unit, budget, status.limit());
        amount(into, "spent" + unit, budget, status.spent());
        amount(into, "reserved" + unit, budget, status.reserved());
        amount(into, "remaining" + unit, budget, status.left());
        amount(into, "overshoot_bound" + unit, budget, status.overshootBound());
    }

    private static void amount(ObjectNode into, String name, Budget budget, long amount) {
        if (budget.unit() == BudgetUnit.USD) {
            into.put(name, Money.ofPicos(amount).toUsdString());
        } else {
            into.put(name, amount);
        }
    }
}
