/** Tests of the signature check with requests signed by the public signer of the SDK. */
@NullMarked
package io.bedrockmeter.simulator.sigv4;

import org.jspecify.annotations.NullMarked;
