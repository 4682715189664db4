/**
 * Virtual keys: what callers prove themselves with, and what each may do.
 *
 * <p>A {@link io.bedrockmeter.proxy.keys.KeyBook} is the content of a {@link io.bedrockmeter.proxy.keys.KeyStore}, which is
 * read and replaced whole: a file, or tables of a database that several proxies read. It holds no secret: those of signatures are derived from the {@link io.bedrockmeter.proxy.keys.MasterSecret},
 * and of bearer keys there is only a hash. A {@link io.bedrockmeter.proxy.keys.KeyRing} is a book made ready for verifying.
 *
 * <p>Temperature: a ring is hot, once a call; all else is cold.
 */
@NullMarked
package io.bedrockmeter.proxy.keys;

import org.jspecify.annotations.NullMarked;
