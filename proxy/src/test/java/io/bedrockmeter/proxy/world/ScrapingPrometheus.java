package io.bedrockmeter.proxy.world;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus that scrapes one proxy; ended when closed. */
public final class ScrapingPrometheus implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    private ScrapingPrometheus(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Whether the program is on the path. */
    public static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    }

    /** Starts one in a folder of its own, scraping an admin port every half second. */
    public static ScrapingPrometheus start(Path folder, int adminPort) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                scrape_configs:
                  - job_name: bedrock-meter
                    scrape_interval: 500ms
                    scrape_timeout: 500ms
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(adminPort));
        String listen = "127.0.0.1:" + freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + listen)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        ScrapingPrometheus prometheus = new ScrapingPrometheus(process, URI.create("http://" + listen));
        await("Prometheus is ready")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> prometheus
                        .get("/api/v1/query?query=1")
                        .get("status")
                        .asString()
                        .equals("success"));
        return prometheus;
    }

    /** The values of an expression now, by the series' label values joined with a slash. */
    public Map<String, Double> query(String expression) {
        return values("/api/v1/query?query=" + encode(expression));
    }

    /** The same as of a time in seconds since the epoch. */
    public Map<String, Double> query(String expression, double atSeconds) {
        return values("/api/v1/query?time=" + atSeconds + "&query=" + encode(expression));
    }

    private Map<String, Double> values(String path) {
        JsonNode answer = get(path);
        Map<String, Double> values = new TreeMap<>();
        for (JsonNode series : answer.at("/data/result")) {
            String labels = String.join(
                    "/",
                    series.get("metric").valueStream().map(JsonNode::asString).toList());
            values.put(labels, Double.valueOf(series.get("value").get(1).asString()));
        }
        return values;
    }

    /** The value of an expression that has one series; not a number where it has none. */
    public double value(String expression) {
        Map<String, Double> values = query(expression);
        return values.size() == 1 ? values.values().iterator().next() : Double.NaN;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode get(String path) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String expression) {
        return URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
