package io.bedrockmeter.metering.pricing;

import java.time.LocalDate;

/**
 * Where a price was read. Immutable.
 *
 * @param id short name, as price books cite it
 * @param date date of the copy that was read
 * @param title what it is, for people
 */
public record PriceSource(String id, LocalDate date, String title) {}
