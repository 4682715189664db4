package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.Quote;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.proxy.config.Suggestions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code price}: what one call costs, line by line; without any count, the prices that apply to the model. */
@Command(
        name = "price",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis =
                "Usage: bedrock-meter price --model=ID --region=REGION [--mode=MODE] [--json] [--input=N] [--output=N] [--UNIT=N]...",
        description = {
            "Prices one call, each line with rate and source, by the same code that prices calls through the proxy.",
            "Without any count, lists the prices in force."
        })
final class PriceCommand implements Callable<Integer> {
    private static final int GUESSES_MAX = 5;

    private final Commands commands;
    private final Map<UsageUnit, Long> counts = new EnumMap<>(UsageUnit.class);

    @Option(
            names = "--model",
            required = true,
            paramLabel = "ID",
            description = "Model id, system inference profile or ARN, as a caller names it.")
    private String model = "";

    @Option(names = "--region", required = true, paramLabel = "REGION", description = "Region of the endpoint called.")
    private String region = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "on_demand",
            converter = ModeConverter.class,
            description = "How it was served. Default: ${DEFAULT-VALUE}.")
    private PricingMode mode = PricingMode.ON_DEMAND;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    PriceCommand(Commands commands) {
        this.commands = commands;
    }

    /** The command with an option for every unit of usage that there is. */
    CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        for (UsageUnit unit : UsageUnit.values()) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--" + unit.label().replace('_', '-'))
                            .paramLabel("N")
                            .type(Long.class)
                            .description("Count of " + unit.label() + ".")
                            .converters(new CountConverter())
                            .setter(new CountSetter(counts, unit))
                            .build());
        }
        return line;
    }

    @Override
    public Integer call() {
        PriceBook book = PriceBook.bundled();
        Instant now = commands.clock().instant();
        ModelRef reference = ModelRef.parse(model);
        Optional<Quote> quote = book.quote(reference, region, mode, now);
        if (quote.isEmpty()) {
            return refuse("'" + model
                    + "' does not name a model: what is behind it only AWS knows; give the id of the model");
        }
        if (!book.knows(quote.get().model().id())) {
            return refuse(unknownModel(book, quote.get().model().id()));
        }
        PriceAnswer answer = new PriceAnswer(quote.get(), charge(book, reference, now));
        if (json) {
            commands.console().out().println(answer.toJson());
        } else {
            answer.print(commands.console().out());
        }
        return answer.isComplete() ? ExitCode.OK : refuse(answer.gap());
    }

    private Optional<Charge> charge(PriceBook book, ModelRef reference, Instant now) {
        if (counts.isEmpty()) {
            return Optional.empty();
        }
        Usage usage = Usage.NONE;
        for (Map.Entry<UsageUnit, Long> count : counts.entrySet()) {
            usage = usage.with(count.getKey(), count.getValue());
        }
        return Optional.of(book.chargeIn(mode, PricedCall.of(reference, region, now), usage));
    }

    private static String unknownModel(PriceBook book, String id) {
        List<String> near = Suggestions.likely(id, book.modelIds(), GUESSES_MAX);
        String guesses = near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
        return "the price book " + book.version() + " has no model '" + id + "'" + guesses;
    }

    private int refuse(String message) {
        PrintWriter err = commands.console().err();
        err.println(message);
        return ExitCode.REFUSED;
    }

    /** Keeps the count of one unit; picocli sets null before it parses. */
    private record CountSetter(Map<UsageUnit, Long> counts, UsageUnit unit) implements ISetter {
        @Override
        public <T> T set(T count) {
            if (count instanceof Long number) {
                counts.put(unit, number);
            } else {
                counts.remove(unit);
            }
            return count;
        }
    }

    /** Reads a whole number that is not negative. */
    static final class CountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("[0-9]{1,18}")) {
                throw new TypeConversionException("'" + text + "' is not a count; give a whole number from 0");
            }
            return Long.valueOf(text);
        }
    }

    /** Reads a mode by its label. */
    static final class ModeConverter implements ITypeConverter<PricingMode> {
        @Override
        public PricingMode convert(String label) {
            return Arrays.stream(PricingMode.values())
                    .filter(mode -> mode.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + label + "' is none of "
                            + Arrays.stream(PricingMode.values())
                                    .map(PricingMode::label)
                                    .collect(Collectors.joining(", "))));
        }
    }
}
