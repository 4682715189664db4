/**
 * JSON that passes by, watched and never kept.
 *
 * <p>A {@link io.bedrockmeter.metering.json.JsonScanner} is pushed the bytes of a document in pieces cut anywhere and
 * reports the few values that a {@link io.bedrockmeter.metering.json.JsonPaths} names. What nobody watches costs a
 * fraction of a nanosecond a byte and no memory, be it a string of a gigabyte; that is why no ordinary parser is used,
 * for even the non-blocking ones collect each string before they hand it over.
 *
 * <p>Leaf package. Temperature: hot; runs on event loops over every byte of every JSON response.
 */
@NullMarked
package io.bedrockmeter.metering.json;

import org.jspecify.annotations.NullMarked;
