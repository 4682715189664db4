package io.bedrockmeter.simulator.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts every case to a proxy whose upstream is a {@link CaseUpstream}, one at a time, and compares what its report of usage tells before
 * and after. Nobody else may call the proxy meanwhile. Confined to one thread.
 */
public final class Conformance {
    private static final String USAGE =
            "usage: Conformance --cases FOLDER --upstream-port PORT --proxy URL --admin URL [--piece-bytes N]";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<String> NOT_UNITS =
            Set.of("state", "reason", "calls", "open_calls", "cost_usd", "estimated_usd", "unpriced_calls");
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
        List<ConformanceCase> all = ConformanceCase.all(cases);
        List<String> failures = new ArrayList<>();
        for (ConformanceCase one : all) {
            upstream.answerWith(one, pieceBytes);
            try {
                check(one).forEach(failure -> failures.add(one + ": " + failure));
            } catch (IOException e) {
                failures.add(one + ": the proxy cannot be asked: " + e);
            }
        }
        System.out.println(
                all.size() + " cases in pieces of " + pieceBytes + " bytes, " + failures.size() + " failures");
        return failures;
    }

    private List<String> check(ConformanceCase one) throws IOException, InterruptedException {
        Map<String, Map<String, Long>> before = usage();
        List<String> failures = new ArrayList<>(call(one));
        Map<String, Map<String, Long>> after = usage();
        for (long waited = 0; after.equals(before) && waited < PATIENCE.toMillis(); waited += 20) {
            Thread.sleep(20);
            after = usage();
        }
        Map<String, Map<String, Long>> told = difference(before, after);
        Map<String, Map<String, Long>> expected = Map.of(one.state() + " " + one.reason(), one.units());
        if (!told.equals(expected)) {
            failures.add("expected " + expected + ", the ledger has " + told);
        }
        return failures;
    }

    private List<String> call(ConformanceCase one) throws InterruptedException {
        String[] line = one.request().firstLine().split(" ", 3);
        HttpRequest.Builder request = HttpRequest.newBuilder(proxy.resolve(line[1]))
                .timeout(PATIENCE)
                .method(line[0], BodyPublishers.ofByteArray(one.request().body()));
        one.request().headers().forEach(header -> request.header(header.getKey(), header.getValue()));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            boolean whole = one.breakAfterBytes() < 0;
            return whole && !Arrays.equals(response.body(), one.response().body())
                    ? List.of("the answer's body is not the upstream's")
                    : List.of();
        } catch (IOException e) {
            return one.breakAfterBytes() < 0 ? List.of("the call failed: " + e) : List.of();
        }
    }

    /** Counts by state and reason. */
    private Map<String, Map<String, Long>> usage() throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(admin.resolve("/v1/usage?group-by=state,reason"))
                .timeout(PATIENCE)
                .build();
        Map<String, Map<String, Long>> usage = new TreeMap<>();
        for (JsonNode row :
                JSON.readTree(http.send(question, BodyHandlers.ofString()).body())) {
            String state = row.path("state").asString();
            if (!state.equals("OPEN")) {
                Map<String, Long> counts = new TreeMap<>();
                counts.put("calls", row.path("calls").asLong());
                row.properties().stream()
                        .filter(column -> !NOT_UNITS.contains(column.getKey()))
                        .forEach(column ->
                                counts.put(column.getKey(), column.getValue().asLong()));
                usage.put(state + " " + row.path("reason").asString(), counts);
            }
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
            if (grown.remove("calls") != null) {
                difference.put(group, grown);
            }
        });
        return difference;
    }
}
