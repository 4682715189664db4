package io.bedrockmeter.metering.pricing.offers;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What came of an import: the lines of a price book, and what was not taken. Immutable.
 *
 * @param priceLines lines of {@code prices.tsv}
 * @param sourceLines lines of {@code sources.tsv}
 * @param models ids that have a price
 * @param unknownNames what the files call models whose names nobody has told this program
 * @param remarks one for each row that was not taken, and for each that was taken and looks wrong
 */
public record ImportedBook(
        List<String> priceLines,
        List<String> sourceLines,
        Set<String> models,
        Set<String> unknownNames,
        List<Remark> remarks) {
    public ImportedBook {
        priceLines = List.copyOf(priceLines);
        sourceLines = List.copyOf(sourceLines);
        models = Set.copyOf(models);
        unknownNames = Set.copyOf(unknownNames);
        remarks = List.copyOf(remarks);
    }

    /** Remarks of one kind. */
    public List<Remark> remarks(Remark.Kind kind) {
        return remarks.stream().filter(remark -> remark.kind() == kind).toList();
    }

    /** How many rows in all were not taken for prices. */
    public long notTaken() {
        Collection<Remark.Kind> taken = Set.of(Remark.Kind.IMPLAUSIBLE);
        return remarks.stream().filter(remark -> !taken.contains(remark.kind())).count();
    }
}
