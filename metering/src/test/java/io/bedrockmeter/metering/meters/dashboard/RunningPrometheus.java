package io.bedrockmeter.metering.meters.dashboard;

import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.meters.InstalledProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus of a test's own: its own port, its own directory, ended when it is closed. */
final class RunningPrometheus implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long STOP_MAX_SECONDS = 20;

    private final Process process;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();

    private RunningPrometheus(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts one that scrapes a target.
     *
     * @param directory for its configuration and log; {@code data} in it holds its blocks
     * @param target host and port that serve {@code /metrics}
     * @param interval between scrapes
     */
    static RunningPrometheus start(InstalledProgram program, Path directory, String target, Duration interval)
            throws IOException {
        Path config =
                Files.writeString(directory.resolve("prometheus.yml"), """
                scrape_configs:
                  - job_name: bedrock-meter
                    scrape_interval: %1$dms
                    scrape_timeout: %1$dms
                    static_configs:
                      - targets: ["%2$s"]
                """.formatted(interval.toMillis(), target));
        String listen = "127.0.0.1:" + freePort();
        Process process = program.start(
                directory.resolve("prometheus.log"),
                List.of(
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=" + listen));
        RunningPrometheus prometheus = new RunningPrometheus(process, URI.create("http://" + listen));
        await().atMost(START_MAX).ignoreExceptions().until(prometheus::isReady);
        return prometheus;
    }

    /** The values of an instant query, in seconds since the epoch, by the series' label values joined with a slash. */
    Map<String, Double> query(String expression, double atSeconds) {
        JsonNode result = get("/api/v1/query?time=" + atSeconds + "&query=" + encode(expression));
        Map<String, Double> values = new TreeMap<>();
        for (JsonNode series : result.at("/data/result")) {
            String labels = String.join(
                    "/",
                    series.get("metric").valueStream().map(JsonNode::asString).toList());
            values.put(labels, Double.valueOf(series.get("value").get(1).asString()));
        }
        return values;
    }

    /** The value of an expression that has one series now; not a number where it has none. */
    double now(String expression) {
        JsonNode result = get("/api/v1/query?query=" + encode(expression)).at("/data/result");
        return result.size() == 1
                ? Double.parseDouble(result.get(0).get("value").get(1).asString())
                : Double.NaN;
    }

    /** The values of a label over series that match. */
    List<String> labelValues(String label, String series) {
        return get("/api/v1/label/" + label + "/values?match[]=".replace("[]", "%5B%5D") + encode(series))
                .get("data")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_MAX_SECONDS, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly)
                .join();
    }

    private boolean isReady() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve("/-/ready")).build();
        return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    private JsonNode get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + response.body());
            }
            return mapper.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
