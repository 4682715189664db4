package io.bedrockmeter.metering.meters.dashboard;

import java.util.List;

/**
 * One page of panels that answers one question. Immutable.
 *
 * @param uid its identity in links; never changes
 * @param title unique, because Grafana makes the address from it
 * @param description what question it answers
 * @param rows from top to bottom
 */
record Dashboard(String uid, String title, String description, List<Row> rows) {
    Dashboard {
        rows = List.copyOf(rows);
    }
}
