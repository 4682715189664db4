/**
 * Importers of what AWS publishes: the Price List in JSON and CSV, and rate cards of agreements.
 *
 * <p>Source of the grammar: AWS Price List, offers AmazonBedrock and AmazonBedrockFoundationModels, as published in 2026.
 */
@NullMarked
package io.bedrockmeter.metering.pricing.offers;

import org.jspecify.annotations.NullMarked;
