package io.bedrockmeter.proxy.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** {@code /metrics}: OpenMetrics where the scraper asks for it, else Prometheus text. */
final class MetricsResource implements AdminResource {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    MetricsResource(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public AdminResponse get(AdminRequest request) {
        request.refuseUnknown(List.of());
        String contentType = request.accept().contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
        try {
            registry.scrape(body, contentType);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return AdminResponse.of(200, contentType, body.toByteArray());
    }
}
