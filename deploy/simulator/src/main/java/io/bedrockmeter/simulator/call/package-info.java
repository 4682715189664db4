/**
 * One call as the simulator sees it: what was received, which operation and model it names, and the answer to give.
 *
 * <p>Plain values without Netty types, so that everything that decides can be read and tested without a server. An answer
 * holds its body as an iterator: nothing is generated before the client has room for it.
 *
 * <p>Temperature: hot in a bench, otherwise idle.
 */
@NullMarked
package io.bedrockmeter.simulator.call;

import org.jspecify.annotations.NullMarked;
