/**
 * What operators and Prometheus ask: metrics, health, usage and prices, on a port of its own.
 *
 * <p>{@link io.bedrockmeter.proxy.admin.AdminServer} is the JDK's HTTP server on virtual threads, so that a slow report or
 * scrape never touches an event loop. Each path is one {@link io.bedrockmeter.proxy.admin.AdminResource}; all of them only
 * read. There is no authentication: the port belongs on a loopback or cluster-internal address.
 *
 * <p>Temperature: cold; a scrape every few seconds.
 */
@NullMarked
package io.bedrockmeter.proxy.admin;

import org.jspecify.annotations.NullMarked;
