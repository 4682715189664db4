/** Tests of the simulator from the outside, with the unmodified AWS SDK and with bare sockets. */
@NullMarked
package io.bedrockmeter.simulator;

import org.jspecify.annotations.NullMarked;
