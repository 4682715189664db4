package io.bedrockmeter.metering.meters;

import java.util.Arrays;
import java.util.Properties;

/**
 * How these meters are to be exposed to Prometheus by whoever owns its registry.
 *
 * <p>Both halves mend defaults of Micrometer's Prometheus registry. This module does not see that registry, so its owner
 * applies them.
 */
public final class Exposition {
    private static final String MAX = "_max";

    private Exposition() {}

    /**
     * What {@code PrometheusConfig.prometheusProperties()} must return. With Micrometer's own defaults Prometheus before
     * 2.43 refuses the whole scrape once there is one exemplar, because they are put on counts too; and a time of creation
     * is one more series for each counter. Whoever writes scrapes with {@code ExpositionFormats} of its own must make those
     * from the same properties.
     */
    public static Properties exporterProperties() {
        Properties properties = new Properties();
        properties.setProperty("io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
        properties.setProperty("io.prometheus.exporter.includeCreatedTimestamps", "false");
        return properties;
    }

    /**
     * Whether a family is shown, by its name: the filter of {@code PrometheusRegistry.scrape}. Each histogram comes with a
     * gauge of its recent maximum, which cannot be aggregated and doubles the families; those of ours are left out.
     */
    public static boolean isShown(String familyName) {
        return Arrays.stream(Meters.values())
                .filter(meter -> meter.type() == Meters.Type.HISTOGRAM)
                .noneMatch(meter -> familyName.equals(meter.prometheusName() + MAX));
    }
}
