/** Skeleton. */
@NullMarked
package io.bedrockmeter.simulator;

import org.jspecify.annotations.NullMarked;
