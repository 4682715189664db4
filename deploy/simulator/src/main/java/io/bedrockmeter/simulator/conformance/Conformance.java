package io.bedrockmeter.simulator.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts every case to a proxy whose upstream is a {@link CaseUpstream}, one at a time, and compares what its report of usage tells before
 * and after. Nothing is waited for: an entry is to be durable before its answer ends. Nobody else may call the proxy meanwhile. Confined to one thread.
 */
public final class Conformance {
    private static final String USAGE =
            "usage: Conformance --cases FOLDER --upstream-port PORT --proxy URL --admin URL [--piece-bytes N]";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> GROUP = List.of("state", "reason", "cost_status");
    private static final String CALLS = "calls";
    private static final Set<String> NOT_UNITS = Set.of(
            "state", "reason", "cost_status", CALLS, "open_calls", "cost_usd", "estimated_usd", "unpriced_calls");
    private static final JsonMapper JSON = new JsonMapper();

    private final CaseUpstream upstream;
    private final URI proxy;
    private final URI admin;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /**
     * Cases for one proxy.
     *
     * @param upstream what the proxy forwards to
     * @param proxy its data port
     * @param admin its admin port
     */
    public Conformance(CaseUpstream upstream, URI proxy, URI admin) {
        this.upstream = upstream;
        this.proxy = proxy;
        this.admin = admin;
    }

    /** Runs every case and ends with 0 only if all hold. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> options = new HashMap<>();
        for (int index = 0; index + 1 < arguments.length; index += 2) {
            options.put(arguments[index], arguments[index + 1]);
        }
        if (!options.keySet().containsAll(List.of("--cases", "--upstream-port", "--proxy", "--admin"))) {
            System.err.println(USAGE);
            System.exit(2);
        }
        int pieceBytes = Integer.parseInt(options.getOrDefault("--piece-bytes", "65536"));
        try (CaseUpstream upstream = CaseUpstream.on(Integer.parseInt(options.get("--upstream-port")))) {
            Conformance conformance =
                    new Conformance(upstream, URI.create(options.get("--proxy")), URI.create(options.get("--admin")));
            List<String> failures = conformance.run(Path.of(options.get("--cases")), pieceBytes);
            failures.forEach(System.out::println);
            System.exit(failures.isEmpty() ? 0 : 1);
        }
    }

    /**
     * Runs every case below a folder.
     *
     * @param pieceBytes in pieces of how many bytes the upstream answers
     * @return what does not hold, a line each
     */
    public List<String> run(Path cases, int pieceBytes) throws InterruptedException {
        List<ConformanceCase> all = ConformanceCase.all(cases, newRun());
        List<String> failures = new ArrayList<>();
        try {
            Map<String, Map<String, Long>> before = usage();
            for (ConformanceCase one : all) {
                upstream.answerWith(one, pieceBytes);
                call(one).forEach(failure -> failures.add(one + ": " + failure));
                Map<String, Map<String, Long>> after = usage();
                Map<String, Map<String, Long>> told = difference(before, after);
                Map<String, Map<String, Long>> expected =
                        Map.of(group(one.expected()), one.expected().units());
                if (!told.equals(expected)) {
                    failures.add(one + ": expected " + expected + ", the ledger has " + told);
                }
                before = after;
            }
        } catch (IOException e) {
            failures.add("the proxy cannot be asked for its usage: " + e);
        }
        System.out.println(
                all.size() + " cases in pieces of " + pieceBytes + " bytes, " + failures.size() + " failures");
        return failures;
    }

    /** What does not hold of the answer itself. What a caller gets of one that breaks off is not for this set to say. */
    private List<String> call(ConformanceCase one) throws InterruptedException {
        try {
            byte[] body = one.isSession() ? talk(one.request()) : ask(one.request());
            return one.breaksOff() || Arrays.equals(body, one.response().body())
                    ? List.of()
                    : List.of("the answer's body is not the upstream's");
        } catch (IOException e) {
            return one.breaksOff() ? List.of() : List.of("the call failed: " + e);
        }
    }

    private byte[] ask(Message request) throws IOException, InterruptedException {
        HttpRequest.Builder call = HttpRequest.newBuilder(proxy.resolve(request.secondWord()))
                .timeout(PATIENCE)
                .method(request.firstWord(), BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(header -> call.header(header.getKey(), header.getValue()));
        return http.send(call.build(), BodyHandlers.ofByteArray()).body();
    }

    private byte[] talk(Message request) throws IOException, InterruptedException {
        try (SessionCaller caller = new SessionCaller(proxy, PATIENCE)) {
            return caller.call(request);
        }
    }

    private static String newRun() {
        return HexFormat.of().toHexDigits(new SecureRandom().nextInt()).substring(2);
    }

    private static String group(ConformanceCase.Expected expected) {
        return String.join(" ", expected.state(), expected.reason(), expected.costStatus());
    }

    /** Counts by state, reason and cost status. */
    private Map<String, Map<String, Long>> usage() throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(admin.resolve("/v1/usage?group-by=" + String.join(",", GROUP)))
                .timeout(PATIENCE)
                .build();
        Map<String, Map<String, Long>> usage = new TreeMap<>();
        for (JsonNode row :
                JSON.readTree(http.send(question, BodyHandlers.ofString()).body())) {
            String group =
                    GROUP.stream().map(column -> row.path(column).asString()).collect(Collectors.joining(" "));
            Map<String, Long> counts = new TreeMap<>();
            counts.put(CALLS, row.path(CALLS).asLong());
            row.properties().stream()
                    .filter(column -> !NOT_UNITS.contains(column.getKey()))
                    .forEach(column ->
                            counts.put(column.getKey(), column.getValue().asLong()));
            usage.put(group, counts);
        }
        return usage;
    }

    private static Map<String, Map<String, Long>> difference(
            Map<String, Map<String, Long>> before, Map<String, Map<String, Long>> after) {
        Map<String, Map<String, Long>> difference = new TreeMap<>();
        after.forEach((group, counts) -> {
            Map<String, Long> earlier = before.getOrDefault(group, Map.of());
            Map<String, Long> grown = new TreeMap<>();
            counts.forEach((unit, count) -> grown.put(unit, count - earlier.getOrDefault(unit, 0L)));
            grown.values().removeIf(count -> count == 0);
            if (grown.remove(CALLS) != null) {
                difference.put(group, grown);
            }
        });
        return difference;
    }
}
