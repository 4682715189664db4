package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.AdminConfig;
import io.bedrockmeter.proxy.config.Secret;
import io.bedrockmeter.proxy.prices.Rerate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A proxy that runs, asked through its admin port. */
final class RunningProxy {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** The whole ledger may have to be read and written. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofHours(1);

    private final String host;
    private final int port;
    private final @Nullable Secret key;

    RunningProxy(AdminConfig admin) {
        InetAddress address = admin.address();
        InetAddress reached = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        this.host = reached.getHostAddress().indexOf(':') >= 0
                ? '[' + reached.getHostAddress() + ']'
                : reached.getHostAddress();
        this.port = admin.port();
        this.key = admin.key();
    }

    /**
     * Has it price calls anew by the books it has in force.
     *
     * @return what it tells of it
     * @throws IOException if it cannot be reached or refuses; the message says why and what to do
     */
    JsonNode rerate(Rerate.Span span, boolean isDryRun) throws IOException, InterruptedException {
        if (port == 0) {
            throw new IOException("a proxy writes the ledger, but admin.port is 0, so nobody knows where to ask it;"
                    + " give admin.port a number, or stop the proxy");
        }
        URI where = URI.create("http://" + host + ":" + port + "/v1/prices/rerate?from=" + span.from() + "&to="
                + span.to() + "&dry-run=" + isDryRun);
        HttpRequest.Builder request = HttpRequest.newBuilder(where)
                .timeout(ANSWER_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody());
        if (key != null) {
            request.header("Authorization", "Bearer " + key.reveal());
        }
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IOException("the proxy at " + host + ":" + port + " refused: "
                        + answer.path("message").asString());
            }
            return answer;
        } catch (JacksonException e) {
            throw new IOException("what answers at " + host + ":" + port + " is not the admin port of a proxy", e);
        } catch (java.net.ConnectException e) {
            throw new IOException(
                    "a proxy writes the ledger, but nobody answers at its admin port " + host + ":" + port
                            + "; check admin.address and admin.port, or stop the proxy",
                    e);
        }
    }
}
