package io.bedrockmeter.proxy.admin;

import java.util.List;

/** {@code /metrics}: OpenMetrics where the scraper asks for it, else Prometheus text. */
final class MetricsResource implements AdminResource {
    private final ScrapedMeters meters;

    MetricsResource(ScrapedMeters meters) {
        this.meters = meters;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(List.of());
        return meters.scrape(request.accept());
    }
}
