/**
 * Who is calling.
 *
 * <p>One {@link io.bedrockmeter.proxy.auth.Authenticator} looks at a request and returns a sealed answer; nothing is
 * routed without the {@link io.bedrockmeter.proxy.auth.Caller} that only a good answer holds.
 *
 * <p>Temperature: hot; once a call, on event loops.
 */
@NullMarked
package io.bedrockmeter.proxy.auth;

import org.jspecify.annotations.NullMarked;
