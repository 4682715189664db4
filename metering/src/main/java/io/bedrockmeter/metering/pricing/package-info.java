/**
 * What usage costs: price books, pricing modes, and the charge of one call.
 *
 * <p>A {@link io.bedrockmeter.metering.pricing.PriceBook} is a set of {@link io.bedrockmeter.metering.pricing.Price}s, each
 * under a {@link io.bedrockmeter.metering.pricing.PriceKey} with every dimension that moves a price. It answers three
 * questions: what a call cost ({@code charge}), what it can cost at most ({@code worstCase}), and what the prices are
 * ({@code quote}, {@code prices}). The bundled book is text: {@code io/bedrockmeter/metering/prices/*.tsv}, whose head
 * explains its columns. A new model is a line there and in {@code models.tsv}.
 *
 * <p>Nothing is derived. A published zero is free; a hole is unpriced; a price is never borrowed from another region, mode,
 * band or unit.
 *
 * <p>Depends on {@code usage}, {@code model} and {@code money}. Temperature: hot for charging, on event loops, about a
 * microsecond; cold for loading.
 */
@NullMarked
package io.bedrockmeter.metering.pricing;

import org.jspecify.annotations.NullMarked;
