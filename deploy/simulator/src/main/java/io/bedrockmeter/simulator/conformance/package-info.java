/**
 * The conformance set of {@code deploy/conformance}, put to a running proxy: for each case an upstream answers with the bytes of the
 * case, a caller sends its request through the proxy, and the proxy's own report must tell the usage that the case tells.
 *
 * <p>Sees nothing of the proxy but its two ports. Cold.
 */
@NullMarked
package io.bedrockmeter.simulator.conformance;

import org.jspecify.annotations.NullMarked;
