package io.bedrockmeter.bench;

import io.bedrockmeter.metering.pricing.PriceBookFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A book of 100,000 prices: 500 models in 25 regions, each with eight rates. */
final class LargeBook {
    static final int MODELS = 500;
    static final int REGIONS = 25;

    private static final String[] RATES = {
        "on_demand\tbase\tinput", "on_demand\tbase\toutput", "on_demand\tbase\tcache_read",
                "on_demand\tbase\tcache_write_5m",
        "batch\tbase\tinput", "batch\tbase\toutput", "priority\tbase\tinput", "priority\tbase\toutput",
    };

    private LargeBook() {}

    static String model(int number) {
        return String.format(Locale.ROOT, "maker-%02d.model-%03d-v1:0", number % 20, number);
    }

    static String region(int number) {
        return "us-east-" + (number + 1);
    }

    /** Writes it. */
    static void write(Path folder) throws IOException {
        List<String> rows = new ArrayList<>(MODELS * REGIONS * RATES.length);
        List<String> models = new ArrayList<>(MODELS);
        for (int model = 0; model < MODELS; model++) {
            models.add(model(model));
            for (int region = 0; region < REGIONS; region++) {
                for (int rate = 0; rate < RATES.length; rate++) {
                    String usd = "0." + String.format(Locale.ROOT, "%09d", 1_000 + model * 7 + region * 3 + rate);
                    rows.add(model(model) + "\tin_region_or_geo\t" + RATES[rate] + "\t-\t" + usd + "\t" + region(region)
                            + "\truntime\t-\t-\t-\tA\tbench-1\t-");
                }
            }
        }
        PriceBookFolder.write(folder, "Of a benchmark.", rows, List.of("bench-1\t2026-12-01\tMade up"), models);
    }
}
