package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.keys.KeyStore;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.keys.VirtualKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code keys list}: what keys there are. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the keys of a file or a store; their secrets are not in it.")
final class KeysListCommand implements Callable<Integer> {
    private final Commands commands;

    @Option(
            names = "--account",
            paramLabel = "TEAM/APP",
            converter = AccountOption.Converter.class,
            description = "Those of this account only.")
    private @Nullable AccountOption account;

    @Mixin
    private KeyStoreOptions store = new KeyStoreOptions();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    KeysListCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        Instant now = commands.clock().instant();
        List<VirtualKey> keys;
        try (KeyStore opened = store.open(commands.environment())) {
            keys = opened.read().keys().stream()
                    .filter(key -> account == null || account.owns(key))
                    .toList();
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
        if (json) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            keys.forEach(key -> all.add(IssuedKeyAnswer.describe(key, now)));
            commands.console().out().println(all.toPrettyString());
            return ExitCode.OK;
        }
        TextTable table = new TextTable(
                List.of("key", "account", "state", "created", "expires", "secrets", "restricted by", "limits", "label"),
                0);
        for (VirtualKey key : keys) {
            table.row(List.of(
                    key.id(),
                    key.team() + "/" + key.app(),
                    key.stateAt(now),
                    key.created().toString(),
                    key.expires() == null ? "never" : key.expires().toString(),
                    String.valueOf(key.generations().size()),
                    restrictions(key.permissions()),
                    limits(key.allowance()),
                    key.label()));
        }
        table.print(commands.console().out());
        return ExitCode.OK;
    }

    private static String limits(Allowance allowance) {
        String limits = Stream.of(
                        limit(allowance.requestsPerMinute(), " requests/min"),
                        limit(allowance.tokensPerMinute(), " tokens/min"),
                        limit(allowance.concurrent(), " at once"))
                .filter(limit -> !limit.isEmpty())
                .collect(Collectors.joining(", "));
        return limits.isEmpty() ? "-" : limits;
    }

    private static String limit(int limit, String unit) {
        return limit == 0 ? "" : limit + unit;
    }

    private static String restrictions(Permissions permissions) {
        String names = Stream.of(
                        permissions.models().isEmpty() ? "" : "models",
                        permissions.regions().isEmpty() ? "" : "regions",
                        permissions.operations().isEmpty() ? "" : "operations",
                        permissions.guardrails().isEmpty() ? "" : "guardrails",
                        permissions.networks().isEmpty() ? "" : "networks")
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining(","));
        return names.isEmpty() ? "-" : names;
    }
}
