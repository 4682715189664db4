/**
 * What AWS Signature Version 4 says, for whoever signs and whoever verifies: timestamps, the canonical form of a request, and
 * keys. Knows nothing of who that is, nor of any library that parsed a request.
 *
 * <p>Temperature: hot; twice a call, on event loops.
 */
@NullMarked
package io.bedrockmeter.proxy.sigv4;

import org.jspecify.annotations.NullMarked;
