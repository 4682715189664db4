package io.bedrockmeter.bench;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of the heap a book of 100,000 prices keeps; run it with a collector that {@link System#gc} makes collect all. */
public final class BookSize {
    private static final int COLLECTIONS = 5;

    private BookSize() {}

    /** Prints it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("bedrock-meter-book");
        LargeBook.write(folder);
        // Whatever the first book makes once and for all is not the second one's.
        String version = PriceBookFolder.read(folder).version();
        long before = used();
        PriceBook book = PriceBookFolder.read(folder);
        long after = used();
        Reference.reachabilityFence(book);
        System.out.printf(
                "%s: %d prices keep %.1f MiB%n",
                version,
                book.catalogueIds().stream()
                        .mapToInt(id -> book.prices(id).size())
                        .sum(),
                (after - before) / 1048576.0);
    }

    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
