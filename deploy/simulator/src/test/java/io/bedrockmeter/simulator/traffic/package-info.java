/** Tests of the package of the same name. */
@NullMarked
package io.bedrockmeter.simulator.traffic;

import org.jspecify.annotations.NullMarked;
