/**
 * The configuration file, read once into an immutable tree of records and checked whole.
 *
 * <p>{@link io.bedrockmeter.proxy.config.ProxyConfig} is the tree; each record binds itself in one method that names every
 * key with its type, default and meaning, so that the file, the defaults and the table in the README have one source.
 * {@link io.bedrockmeter.proxy.config.ConfigLoader} reads a file and gives back either the tree or every problem at once,
 * each with its place. A new key is one record component and one line in that record's {@code bind}.
 *
 * <p>Temperature: cold; read at start and on reload.
 */
@NullMarked
package io.bedrockmeter.proxy.config;

import org.jspecify.annotations.NullMarked;
