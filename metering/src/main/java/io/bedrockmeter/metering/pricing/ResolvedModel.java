package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Routing;

/**
 * The model that a call is priced as. Immutable.
 *
 * @param id its id in the catalogue
 * @param routing which of its rates applies
 */
public record ResolvedModel(String id, Routing routing) {}
