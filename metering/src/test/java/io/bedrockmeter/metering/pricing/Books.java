package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.WireFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;

/** Books, calls and amounts for tests of pricing. */
final class Books {
    /** A moment at which the bundled book is current. */
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    static final PriceBook BUNDLED = PriceBook.bundled();

    private Books() {}

    /** A book of the given price lines, for which model {@code x.m} and source {@code s} are declared. */
    static PriceBook of(String... lines) {
        String columns = "model routing tariff band unit attributes usd regions endpoint from until listed confidence"
                + " source notes\n";
        StringBuilder prices = new StringBuilder(columns.replace(' ', '\t'));
        for (String line : lines) {
            prices.append(line.replaceAll(" +", "\t")).append('\n');
        }
        String sources = """
                source\tdate\ttitle
                s\t2026-01-01\tA list
                """;
        String models = """
                model\tprovider\tcontext_tokens\toutput_tokens
                x.m\tX\t1000000\t1000
                bedrock-guardrails\tAWS\t-\t-
                bedrock-websearch\tAWS\t-\t-
                """;
        return PriceBookBuilder.build(
                "test",
                LocalDate.of(2026, Month.JANUARY, 1),
                new PriceBookBuilder.Files(prices.toString(), sources, models));
    }

    /** A line of such a book: on demand, base band, in us-east-1, for ever, confidence A. */
    static String line(String tariff, String unit, String usd) {
        return line("x.m", tariff, unit, usd);
    }

    static String line(String model, String tariff, String unit, String usd) {
        return model + " in_region_or_geo " + tariff + " base " + unit + " - " + usd + " us-east-1 runtime - - - A s -";
    }

    static PricedCall call(String model, String region) {
        return PricedCall.of(ModelRef.parse(model), region, NOW);
    }

    static PricedCall call(String model, String region, Instant at) {
        return PricedCall.of(ModelRef.parse(model), region, at);
    }

    static PricedCall call(String model, WireFormat format, RequestFacts request) {
        return new PricedCall(ModelRef.parse(model), "us-east-1", Endpoint.RUNTIME, format, request, NOW);
    }

    static Served tier(String tier) {
        return new Served(tier, null, null);
    }

    static Money usd(String usd) {
        return Money.parseUsd(usd);
    }
}
