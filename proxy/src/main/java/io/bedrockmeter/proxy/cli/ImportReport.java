package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.offers.ImportedBook;
import io.bedrockmeter.metering.pricing.offers.OfferImport;
import io.bedrockmeter.metering.pricing.offers.Remark;
import io.bedrockmeter.proxy.config.Suggestions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Says of every row of AWS's price files that was not taken why not.
 *
 * @param err where to
 * @param isVerbose whether prices of other things than inference are listed too
 */
record ImportReport(PrintWriter err, boolean isVerbose) {
    private static final int GUESSES_MAX = 3;

    void print(ImportedBook book, OfferImport offers) {
        for (Remark.Kind kind : Remark.Kind.values()) {
            List<Remark> remarks = book.remarks(kind);
            if (remarks.isEmpty()) {
                continue;
            }
            err.println(
                    remarks.size() + " " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            if (kind != Remark.Kind.OF_SOMETHING_ELSE || isVerbose) {
                remarks.forEach(remark -> err.println("  " + remark.row() + ": " + remark.text()));
            }
        }
        book.unknownNames().stream().sorted().forEach(name -> suggest(name, offers));
    }

    private void suggest(String name, OfferImport offers) {
        List<String> near = Suggestions.likely(name, offers.knownNames().keySet(), GUESSES_MAX).stream()
                .flatMap(likely -> offers.knownNames().getOrDefault(likely, List.of()).stream())
                .distinct()
                .toList();
        if (!near.isEmpty()) {
            err.println("'" + name + "' is perhaps " + String.join(" or ", near)
                    + ", by the likeness of their names; nothing was assumed");
        }
    }
}
