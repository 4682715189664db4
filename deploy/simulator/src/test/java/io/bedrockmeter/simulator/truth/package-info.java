/** Tests of the package of the same name. */
@NullMarked
package io.bedrockmeter.simulator.truth;

import org.jspecify.annotations.NullMarked;
