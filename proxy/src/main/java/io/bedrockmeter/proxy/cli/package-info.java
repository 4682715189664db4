/**
 * The command line: one class for each command.
 *
 * <p>{@link io.bedrockmeter.proxy.cli.Commands} is the entry. It recognises the plain {@code serve --config FILE} by itself,
 * because loading picocli costs a starting server a quarter of a second; everything else goes to picocli. Commands print
 * answers on standard output and complaints on standard error, and end with one of the codes of
 * {@link io.bedrockmeter.proxy.cli.ExitCode}.
 *
 * <p>Temperature: cold.
 */
@NullMarked
package io.bedrockmeter.proxy.cli;

import org.jspecify.annotations.NullMarked;
