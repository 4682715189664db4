/**
 * A whole world for tests: the real proxy between the unmodified AWS SDK and the simulator, and the law that holds after
 * everything that happens in it.
 */
@NullMarked
package io.bedrockmeter.proxy.world;

import org.jspecify.annotations.NullMarked;
