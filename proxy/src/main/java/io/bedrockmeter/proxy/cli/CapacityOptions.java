package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How much capacity, storage and training is to be priced: each unit by its name, and the products that people think in. */
final class CapacityOptions {
    /** An imported model is billed in windows of five minutes from its first success on. */
    private static final long MINUTES_OF_A_WINDOW = 5;

    private final Map<PriceUnit, Long> counts = new EnumMap<>(PriceUnit.class);

    @Option(
            names = "--model-units",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "Model units of provisioned throughput, for --hours.")
    private long modelUnits;

    @Option(
            names = "--input-ktpm",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "Thousands of input tokens a minute that are reserved, for --hours.")
    private long inputKtpm;

    @Option(
            names = "--output-ktpm",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "The same of output tokens.")
    private long outputKtpm;

    @Option(
            names = "--hours",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "How long; a month has 672 to 744 of them.")
    private long hours;

    @Option(
            names = "--custom-model-units",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "Custom model units of all copies of an imported model, for --windows.")
    private long customModelUnits;

    @Option(
            names = "--windows",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "Windows of five minutes in which an imported model was awake.")
    private long windows;

    @Option(
            names = "--training-tokens",
            paramLabel = "N",
            converter = PriceCommand.CountConverter.class,
            description = "Tokens of a training corpus, for --epochs.")
    private long trainingTokens;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "1",
            converter = PriceCommand.CountConverter.class,
            description = "How often the corpus is shown. Default: ${DEFAULT-VALUE}.")
    private long epochs = 1;

    /** Adds an option for every unit that is sold beside calls. */
    void addTo(CommandSpec spec) {
        spec.addMixin("capacity", CommandSpec.forAnnotatedObject(this));
        Arrays.stream(PriceUnit.values())
                .filter(unit -> unit.usage().isEmpty())
                .forEach(unit ->
                        spec.addOption(OptionSpec.builder("--" + unit.label().replace('_', '-'))
                                .paramLabel("N")
                                .type(Long.class)
                                .description("Count of " + unit.label() + ".")
                                .converters(new PriceCommand.CountConverter())
                                .setter(new UnitSetter<>(counts, unit))
                                .build()));
    }

    /**
     * How much of each unit.
     *
     * @throws ParameterException if a product lacks a factor, or is beyond all measure
     */
    Map<PriceUnit, Long> counts(CommandSpec spec) {
        Map<PriceUnit, Long> all = new EnumMap<>(PriceUnit.class);
        all.putAll(counts);
        boolean isByTheHour = modelUnits > 0 || inputKtpm > 0 || outputKtpm > 0;
        refuseHalf(spec, isByTheHour, hours > 0, "--hours", List.of("--model-units", "--input-ktpm", "--output-ktpm"));
        refuseHalf(spec, customModelUnits > 0, windows > 0, "--windows", List.of("--custom-model-units"));
        try {
            add(all, PriceUnit.MODEL_UNIT_HOUR, Math.multiplyExact(modelUnits, hours));
            add(all, PriceUnit.INPUT_KTPM_HOUR, Math.multiplyExact(inputKtpm, hours));
            add(all, PriceUnit.OUTPUT_KTPM_HOUR, Math.multiplyExact(outputKtpm, hours));
            add(
                    all,
                    PriceUnit.CUSTOM_MODEL_UNIT_MINUTE,
                    Math.multiplyExact(Math.multiplyExact(customModelUnits, windows), MINUTES_OF_A_WINDOW));
            add(all, PriceUnit.TRAINING_TOKEN, Math.multiplyExact(trainingTokens, epochs));
        } catch (ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), "that is more than can be counted", e);
        }
        return all;
    }

    private static void add(Map<PriceUnit, Long> all, PriceUnit unit, long count) {
        if (count > 0) {
            all.merge(unit, count, Math::addExact);
        }
    }

    private static void refuseHalf(
            CommandSpec spec, boolean hasAmount, boolean hasTime, String time, List<String> amounts) {
        if (hasAmount != hasTime) {
            throw new ParameterException(
                    spec.commandLine(),
                    hasAmount
                            ? "how long? give " + time
                            : "how much for " + time + "? give " + String.join(" or ", amounts));
        }
    }
}
