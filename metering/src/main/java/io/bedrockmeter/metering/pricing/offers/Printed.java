package io.bedrockmeter.metering.pricing.offers;

import java.util.List;

/** What every row of the Price List must be before its meaning is asked for. Stateless. */
final class Printed {
    private Printed() {}

    static void add(OfferRow row, String terms, String from, String to, List<OfferRow> rows, List<Remark> leftOut) {
        String why = null;
        if (!terms.equals("OnDemand")) {
            why = "its terms are '" + terms + "', and only OnDemand is known";
        } else if (!isNought(from) || !to.equals("Inf")) {
            why = "it holds from " + from + " to " + to + " only, and prices by volume are not known";
        } else if (row.usd().isEmpty()) {
            why = "it has no price in USD";
        } else if (row.region().isEmpty()) {
            why = "it names no region (regionCode)";
        }
        if (why == null) {
            rows.add(row);
        } else {
            leftOut.add(new Remark(Remark.Kind.NOT_UNDERSTOOD, row.label(), why));
        }
    }

    private static boolean isNought(String number) {
        return number.equals("0") || number.matches("0\\.0+");
    }
}
