/**
 * Capacity that is paid by time: what the account has is asked of Bedrock or read from the configuration, and each hour of it, or five
 * minutes of an imported model, is charged once it is over. {@link io.bedrockmeter.proxy.capacity.CapacityAccrual} is the door.
 *
 * <p>Temperature: cold; one virtual thread.
 */
@NullMarked
package io.bedrockmeter.proxy.capacity;

import org.jspecify.annotations.NullMarked;
