/** Skeleton. */
@NullMarked
package io.bedrockmeter.proxy;

import org.jspecify.annotations.NullMarked;
