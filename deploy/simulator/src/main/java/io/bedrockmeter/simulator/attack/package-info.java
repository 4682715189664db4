/**
 * The attack: what wears proxies down, all at once, beside callers who only want their answers. Cold code, one virtual thread for
 * each connection, and blocking sockets, so that each kind of attack reads as what it sends.
 *
 * <p>{@link io.bedrockmeter.simulator.attack.Attack} plays it against a process and judges; {@code deploy/attack/run.sh} gives it
 * one. {@link io.bedrockmeter.simulator.attack.Siege} is the same without the process, for tests.
 */
@NullMarked
package io.bedrockmeter.simulator.attack;

import org.jspecify.annotations.NullMarked;
