/**
 * What is learnt from Bedrock's control plane: the model behind identifiers that do not name one.
 *
 * <p>Nothing here is ever waited for by a call. A call on an unknown identifier is forwarded and recorded with what is known;
 * its entry starts a look-up, and the answer prices that call by a correction and later calls at once. {@link
 * io.bedrockmeter.proxy.control.IdentifierResolver} is the door.
 *
 * <p>Temperature: cold; virtual threads only.
 */
@NullMarked
package io.bedrockmeter.proxy.control;

import org.jspecify.annotations.NullMarked;
