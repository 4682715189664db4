/** Price books as a configuration has them, and what is done with them to calls that were recorded. */
@NullMarked
package io.bedrockmeter.proxy.prices;

import org.jspecify.annotations.NullMarked;
