package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.report.ProvisionedReport;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code provisioned}: what provisioned throughput cost, how much of it was used, and whether it paid. */
@Command(
        name = "provisioned",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells of provisioned throughput what it cost, how much of it was used, and what the same calls would have cost on"
                    + " demand: it pays where break_even_percent is 100 or more.",
            "Reads the ledger, also while a proxy writes it."
        })
final class ProvisionedCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Hours that began then or later: a UTC date or a time such as 2026-11-25T09:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Hours that began before then.")
    private @Nullable String to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv or json. Default: ${DEFAULT-VALUE}.")
    private UsageCommand.Format format = UsageCommand.Format.TABLE;

    ProvisionedCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        UsageQuery query;
        try {
            query = UsageQuery.parse(Optional.ofNullable(from), Optional.ofNullable(to), "");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter err = commands.console().err();
        try {
            Optional<ProvisionedReport> report = report(query, err);
            if (report.isEmpty()) {
                return ExitCode.REFUSED;
            }
            print(report.get(), commands.console().out());
            return ExitCode.OK;
        } catch (LedgerException e) {
            err.println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }

    private Optional<ProvisionedReport> report(UsageQuery query, PrintWriter err) throws IOException {
        Path config = source.config;
        if (config == null) {
            return Optional.ofNullable(source.ledger)
                    .map(ledger -> ProvisionedReport.read(ledger, query, Map.of(), PriceBook.bundled()));
        }
        return switch (new ConfigLoader(commands.environment()).load(config)) {
            case LoadedConfig.Valid valid -> Optional.of(report(query, valid.config()));
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(err::println);
                yield Optional.empty();
            }
        };
    }

    private static ProvisionedReport report(UsageQuery query, ProxyConfig config) throws IOException {
        Map<String, Throughput> throughput = config.prices().capacity().throughputByArn();
        return ProvisionedReport.read(config.ledger().path(), query, throughput, ConfiguredPrices.of(config));
    }

    private void print(ProvisionedReport report, PrintWriter out) throws IOException {
        switch (format) {
            case TABLE -> {
                TextTable table = new TextTable(report.columns(), report.numberColumns());
                report.cells().forEach(table::row);
                table.print(out);
            }
            case CSV -> report.writeCsv(out);
            case JSON -> out.println(report.toJson());
        }
    }

    /** Which ledger: exactly one of the two options. */
    static final class Source {
        @Option(names = "--ledger", paramLabel = "FILE", description = "The ledger.")
        private @Nullable Path ledger;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The configuration that names the ledger, the prices, and what each can serve.")
        private @Nullable Path config;
    }
}
