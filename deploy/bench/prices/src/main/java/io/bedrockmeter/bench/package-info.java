/** Benchmarks of what has no place in the path of a call's bytes. */
@NullMarked
package io.bedrockmeter.bench;

import org.jspecify.annotations.NullMarked;
