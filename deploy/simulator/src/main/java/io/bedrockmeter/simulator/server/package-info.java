/**
 * The two ports: data (HTTP/1.1 and HTTP/2 with prior knowledge) and admin (HTTP/1.1, JSON).
 *
 * <p>Handlers translate and write at the pace of the reader; {@link io.bedrockmeter.simulator.bedrock.Bedrock} decides.
 * Every exchange is confined to its event loop.
 *
 * <p>Temperature: hot.
 */
@NullMarked
package io.bedrockmeter.simulator.server;

import org.jspecify.annotations.NullMarked;
