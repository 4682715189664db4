/**
 * How log lines look: key–value text for people, JSON for machines, both on standard error.
 *
 * <p>Nothing that came from outside can forge a line or drive a terminal: every control character is escaped. Events are
 * written with SLF4J's {@code addKeyValue} and a constant message.
 *
 * <p>Temperature: warm; a line for each thing that an operator should know, none for each call.
 */
@NullMarked
package io.bedrockmeter.proxy.logging;

import org.jspecify.annotations.NullMarked;
