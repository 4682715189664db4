/**
 * Which operation a request asks for, from the raw bytes of its path.
 *
 * <p>The path is never decoded and encoded again: SigV4 signs its raw bytes a second time, so what came in is what goes
 * out. Only the model identifier is decoded, once, for pricing and policy. A path that is not in the table is refused.
 *
 * <p>Temperature: hot; once a call, on event loops.
 */
@NullMarked
package io.bedrockmeter.proxy.route;

import org.jspecify.annotations.NullMarked;
