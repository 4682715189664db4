package io.bedrockmeter.metering.meters.dashboard;

import java.util.List;

/**
 * Panels side by side, of one height and equal width. Immutable.
 *
 * @param heading shown above them; empty for none
 * @param height in Grafana's grid
 * @param panels at least one; their number divides the grid's width
 */
record Row(String heading, int height, List<Panel> panels) {
    static final int GRID_WIDTH = 24;

    Row {
        if (panels.isEmpty() || GRID_WIDTH % panels.size() != 0) {
            throw new IllegalArgumentException(panels.size() + " panels leave a hole in a row of " + GRID_WIDTH);
        }
        panels = List.copyOf(panels);
    }

    int panelWidth() {
        return GRID_WIDTH / panels.size();
    }
}
