package io.bedrockmeter.metering.meters.dashboard;

/**
 * One query of a panel. Immutable.
 *
 * @param expression PromQL with Grafana's variables
 * @param legend name of each series in Grafana's template syntax; empty where there is one series
 */
record Query(String expression, String legend) {}
