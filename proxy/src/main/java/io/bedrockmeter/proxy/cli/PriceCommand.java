package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.LikelyModel;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.PricedCall;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.Quote;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.Suggestions;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code price}: what one call costs, line by line; without any count, the prices that apply to the model. */
@Command(
        name = "price",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = {
            "bedrock-meter price --model=ID --region=REGION [--mode=MODE]",
            "         [--UNIT=N]... [--attribute=NAME=VALUE]...",
            "         [--model-units=N --hours=N] [--custom-model-units=N --windows=N]",
            "         [--training-tokens=N [--epochs=N]]",
            "         [--at=TIME] [--config=FILE | --book=BOOK] [--json]"
        },
        description = {
            "Prices one call, each line with rate and source, by the same code that prices calls through the proxy.",
            "With units of capacity, storage or training, prices those in each tariff that sells them.",
            "Without any count, lists the prices in force."
        })
final class PriceCommand implements Callable<Integer> {
    private static final int GUESSES_MAX = 5;
    private static final String TOO_MUCH =
            "that costs more than 9.2 million USD, which is more than is priced at once; ask for less";

    private final Commands commands;
    private final Map<UsageUnit, Long> counts = new EnumMap<>(UsageUnit.class);
    private final CapacityOptions capacity = new CapacityOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

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

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description =
                    "What narrows a unit down, such as quality=premium of an image or family=Llama of an imported model.")
    private Map<String, String> attributes = new TreeMap<>();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The prices of that moment: a UTC date or a time. Default: now.")
    private @Nullable String at;

    @ArgGroup
    private Books books = new Books();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    PriceCommand(Commands commands) {
        this.commands = commands;
    }

    /** The command with an option for every unit that a call can consume. */
    CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        for (UsageUnit unit : UsageUnit.values()) {
            if (unit.isCapacity()) {
                continue;
            }
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--" + unit.label().replace('_', '-'))
                            .paramLabel("N")
                            .type(Long.class)
                            .description("Count of " + unit.label() + ".")
                            .converters(new CountConverter())
                            .setter(new UnitSetter<>(counts, unit))
                            .build());
        }
        capacity.addTo(line.getCommandSpec());
        return line;
    }

    @Override
    public Integer call() {
        Map<PriceUnit, Long> bought = capacity.counts(spec);
        if (!bought.isEmpty() && !counts.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "what a call consumes and what is bought by time are priced apart; ask for one of them");
        }
        PriceBook book;
        try {
            book = books.read(new ConfigLoader(commands.environment()));
        } catch (IOException e) {
            return refuse(e.getMessage());
        }
        Instant when = at == null ? commands.clock().instant() : moment(at);
        ModelRef reference = ModelRef.parse(model);
        Optional<ResolvedModel> named = named(book, reference);
        if (named.isEmpty()) {
            return refuse("'" + model
                    + "' does not name a model: what is behind it only AWS knows; give the id of the model");
        }
        if (!book.knows(named.get().id())) {
            return refuse(unknownModel(book, named.get().id()));
        }
        try {
            return bought.isEmpty() ? priceCall(book, reference, when) : priceCapacity(book, named.get(), bought, when);
        } catch (ArithmeticException e) {
            return refuse(TOO_MUCH);
        }
    }

    private int priceCall(PriceBook book, ModelRef reference, Instant when) {
        Optional<Quote> quote = book.quote(reference, region, mode, when);
        if (quote.isEmpty()) {
            return refuse("'" + model + "' is not called; ask for what is sold of it by time, such as --windows");
        }
        Optional<Charge> charge = charge(book, reference, when);
        if (charge.filter(whole -> whole.status() == CostStatus.INCONSISTENT).isPresent()) {
            return refuse(TOO_MUCH);
        }
        PriceAnswer answer = new PriceAnswer(quote.get(), charge);
        if (json) {
            commands.console().out().println(answer.toJson());
        } else {
            answer.print(commands.console().out());
        }
        return answer.isComplete() ? ExitCode.OK : refuse(answer.gap());
    }

    private int priceCapacity(PriceBook book, ResolvedModel named, Map<PriceUnit, Long> bought, Instant when) {
        CapacityAnswer answer = new CapacityAnswer(book.capacity(named, region, bought, attributes, when));
        if (json) {
            commands.console().out().println(answer.toJson());
        } else {
            answer.print(commands.console().out());
        }
        return answer.isComplete() ? ExitCode.OK : refuse(answer.gap(book));
    }

    /** What a caller names; or a catalogue id that no caller can name, such as that of imported models. */
    private Optional<ResolvedModel> named(PriceBook book, ModelRef reference) {
        Optional<ResolvedModel> named = book.resolve(reference, Served.SILENT);
        return named.isEmpty() && book.knows(model)
                ? Optional.of(new ResolvedModel(model, Routing.IN_REGION_OR_GEO))
                : named;
    }

    private Instant moment(String text) {
        try {
            return UsageQuery.parseBound(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--at: " + e.getMessage(), e);
        }
    }

    private Optional<Charge> charge(PriceBook book, ModelRef reference, Instant when) {
        if (counts.isEmpty()) {
            return Optional.empty();
        }
        Usage usage = Usage.NONE;
        for (Map.Entry<UsageUnit, Long> count : counts.entrySet()) {
            usage = usage.with(count.getKey(), count.getValue());
        }
        return Optional.of(
                book.chargeIn(mode, PricedCall.of(reference, region, when), usage.withAttributes(attributes)));
    }

    private static String unknownModel(PriceBook book, String id) {
        String unknown = "the price book " + book.version() + " has no model '" + id + "'";
        boolean isCutShort = book.modelIds().stream().anyMatch(known -> known.startsWith(id));
        List<LikelyModel> likely = LikelyModel.of(id, book.modelIds());
        if (!isCutShort && !likely.isEmpty()) {
            return unknown + "; perhaps it is billed as one of these, which nobody but AWS knows:"
                    + likely.stream().map(model -> "\n  " + model).collect(Collectors.joining());
        }
        List<String> near = Suggestions.likely(id, book.modelIds(), GUESSES_MAX);
        return unknown + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }

    private int refuse(@Nullable String message) {
        PrintWriter err = commands.console().err();
        err.println(message);
        return ExitCode.REFUSED;
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

    /** Which prices: at most one of the two options; without one the bundled book. */
    static final class Books {
        @Option(names = "--config", paramLabel = "FILE", description = "The books and aliases of a configuration.")
        private @Nullable Path config;

        @Option(
                names = "--book",
                paramLabel = "BOOK",
                description = "The folder of a book that lies on the bundled one.")
        private @Nullable Path book;

        PriceBook read(ConfigLoader loader) throws IOException {
            if (book != null) {
                return PriceBook.bundled().under(PriceBookFolder.read(book));
            }
            if (config == null) {
                return PriceBook.bundled();
            }
            return switch (loader.load(config)) {
                case LoadedConfig.Valid valid -> ConfiguredPrices.of(valid.config());
                case LoadedConfig.Invalid invalid ->
                    throw new IOException(
                            invalid.problems().stream().map(Object::toString).collect(Collectors.joining("\n")));
            };
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
