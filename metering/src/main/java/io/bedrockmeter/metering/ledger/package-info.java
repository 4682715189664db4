/**
 * The record of every call: written before it goes out, completed before its answer is closed, and never edited.
 *
 * <p>Depends on {@code pricing}, {@code usage}, {@code account}, {@code model} and {@code money}. Temperature: hot at the
 * queue, warm on the writer thread; nothing here may be waited for on an event loop.
 */
@NullMarked
package io.bedrockmeter.metering.ledger;

import org.jspecify.annotations.NullMarked;
