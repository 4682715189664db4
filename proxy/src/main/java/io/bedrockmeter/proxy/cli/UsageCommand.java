package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.report.UsageReport;
import io.bedrockmeter.metering.report.UsageTable;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code usage}: what the ledger says about calls and their cost. */
@Command(
        name = "usage",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds up calls and their cost in groups. Reads the ledger, also while a proxy writes it.",
            "Groups: team, app, key, model, region, routing, operation, mode, state, reason, cost_status, hour, day and"
                    + " month in which calls started (UTC), and type, the unit consumed."
        })
final class UsageCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Calls that started then or later: a UTC date or a time such as 2026-11-25T09:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Calls that started before then.")
    private @Nullable String to;

    @Option(
            names = "--group-by",
            paramLabel = "GROUP,...",
            defaultValue = "team,model",
            description = "One row for each combination; \"\" for one row of everything. Default: ${DEFAULT-VALUE}.")
    private String groupBy = "team,model";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv or json. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TABLE;

    UsageCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        UsageQuery query;
        try {
            query = UsageQuery.parse(Optional.ofNullable(from), Optional.ofNullable(to), groupBy);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter err = commands.console().err();
        Optional<Recorded> recorded = source.recorded(new ConfigLoader(commands.environment()), err);
        if (recorded.isEmpty()) {
            return ExitCode.REFUSED;
        }
        try {
            print(
                    UsageTable.of(UsageReport.read(
                            recorded.get().ledger(), query, recorded.get().discounts())),
                    commands.console().out());
            return ExitCode.OK;
        } catch (LedgerException e) {
            err.println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }

    private void print(UsageTable usage, PrintWriter out) throws IOException {
        switch (format) {
            case TABLE -> {
                TextTable table = new TextTable(usage.columns(), usage.numberColumns());
                usage.rows().forEach(table::row);
                table.print(out);
            }
            case CSV -> usage.writeCsv(out);
            case JSON -> out.println(usage.toJson());
        }
    }

    /** The ways to write the answer, named as on the command line. */
    enum Format {
        TABLE,
        CSV,
        JSON
    }

    /** Which ledger: exactly one of the two options. */
    static final class Source {
        @Option(names = "--ledger", paramLabel = "FILE", description = "The ledger.")
        private @Nullable Path ledger;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The configuration that names the ledger, and the discounts.")
        private @Nullable Path config;

        /** The ledger's file and the discounts; empty if the configuration is wrong, which is then explained. */
        Optional<Recorded> recorded(ConfigLoader loader, PrintWriter err) {
            if (config == null) {
                return Optional.ofNullable(ledger).map(file -> new Recorded(file, Discounts.NONE));
            }
            return switch (loader.load(config)) {
                case LoadedConfig.Valid valid ->
                    Optional.of(new Recorded(
                            valid.config().ledger().path(),
                            valid.config().prices().discounts()));
                case LoadedConfig.Invalid invalid -> {
                    invalid.problems().forEach(err::println);
                    yield Optional.empty();
                }
            };
        }
    }

    /** What a report is made of. */
    record Recorded(Path ledger, Discounts discounts) {}
}
