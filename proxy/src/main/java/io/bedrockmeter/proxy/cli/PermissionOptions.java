package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.keys.Network;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.route.Operation;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What a key may be used for, as options. Lists are separated by commas; one that is not given restricts nothing. */
final class PermissionOptions {
    @Option(
            names = "--models",
            split = ",",
            paramLabel = "ID,...",
            description =
                    "Models it may call, by the identifier in the call or the model id behind it; an asterisk at the end"
                            + " stands for any rest: 'anthropic.claude-haiku-*'.")
    private List<String> models = List.of();

    @Option(
            names = "--regions",
            split = ",",
            paramLabel = "REGION,...",
            description = "Regions whose proxy it may call.")
    private List<String> regions = List.of();

    @Option(
            names = "--operations",
            split = ",",
            paramLabel = "NAME,...",
            description = "Operations it may call, such as Converse,ConverseStream.")
    private List<String> operations = List.of();

    @Option(
            names = "--guardrails",
            split = ",",
            paramLabel = "ID,...",
            description = "Guardrails, one of which each call must run under; calls that cannot are refused.")
    private List<String> guardrails = List.of();

    @Option(
            names = "--networks",
            split = ",",
            paramLabel = "NETWORK,...",
            description = "Where its calls may come from: 10.0.0.0/8, 2001:db8::/32.")
    private List<String> networks = List.of();

    /**
     * The permissions.
     *
     * @throws IllegalArgumentException if one of them cannot be; the message names it
     */
    Permissions permissions() {
        List<Network> parsed = new ArrayList<>();
        for (String network : networks) {
            try {
                parsed.add(Network.parse(network));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--networks: '" + network + "' " + e.getMessage(), e);
            }
        }
        String fault = Operation.faultOf(operations);
        if (fault != null) {
            throw new IllegalArgumentException("--operations: " + fault);
        }
        for (List<String> list : List.of(models, regions, guardrails)) {
            if (list.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("--models, --regions and --guardrails have no empty names");
            }
        }
        return new Permissions(models, regions, operations, guardrails, parsed);
    }
}
