package io.bedrockmeter.proxy.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bedrockmeter.proxy.config.AdminConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port: GET and HEAD, or POST where something is changed, on a fixed set of paths, each answered by its
 * {@link AdminResource} on a virtual thread, after {@link AdminAccess} has let it in.
 *
 * <p>Bounded: {@value #REQUESTS_MAX} requests at once, {@value #CONNECTIONS_MAX} connections, ten seconds for a request to
 * arrive. Those bounds of the JDK's server are read once from system properties, so the first server of a process sets
 * them.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int REQUESTS_MAX = 32;
    private static final int CONNECTIONS_MAX = 256;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, AdminResource> resources;
    private final AdminAccess access;
    private final Consumer<InetAddress> onTurnedAway;
    private final Semaphore slots = new Semaphore(REQUESTS_MAX);

    private AdminServer(
            HttpServer server,
            ExecutorService threads,
            Map<String, AdminResource> resources,
            AdminAccess access,
            Consumer<InetAddress> onTurnedAway) {
        this.server = server;
        this.threads = threads;
        this.resources = new TreeMap<>(resources);
        this.access = access;
        this.onTurnedAway = onTurnedAway;
    }

    /**
     * Binds the port and begins to answer.
     *
     * @param inForce the configuration in force; asked for the address once, and for the key anew for each request
     * @param resources what answers each path; further paths are 404
     * @param onTurnedAway told where a request came from that did not show the key
     * @throws IOException if the port cannot be bound; the message names it
     */
    public static AdminServer start(
            Supplier<AdminConfig> inForce, Map<String, AdminResource> resources, Consumer<InetAddress> onTurnedAway)
            throws IOException {
        boundTheServersOfThisProcess();
        AdminConfig config = inForce.get();
        HttpServer http;
        try {
            http = HttpServer.create(config.socketAddress(), 0);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on admin " + config.address().getHostAddress() + ":" + config.port() + " ("
                            + e.getMessage() + "); choose another admin.port or end what uses it",
                    e);
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        AdminServer server = new AdminServer(http, threads, resources, new AdminAccess(inForce), onTurnedAway);
        http.setExecutor(threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** Where it listens; tells the port that was taken if 0 was configured. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops listening and cuts what is still being answered. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void boundTheServersOfThisProcess() {
        setUnlessSet("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS_MAX));
        setUnlessSet("sun.net.httpserver.maxReqTime", "10");
        setUnlessSet("sun.net.httpserver.maxRspTime", "60");
        setUnlessSet("sun.net.httpserver.idleInterval", "60");
        setUnlessSet("sun.net.httpserver.maxReqHeaderSize", "16384");
        // Otherwise head and body of an answer wait for one another: Nagle against delayed acknowledgement, 40 ms.
        setUnlessSet("sun.net.httpserver.nodelay", "true");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!slots.tryAcquire()) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                send(exchange, AdminResponse.refusal(503, "too many requests at once on the admin port; ask again"));
                return;
            }
            try {
                send(exchange, answer(exchange));
            } finally {
                slots.release();
            }
        }
    }

    private AdminResponse answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        Optional<String> turnedAway =
                access.refusal(path, exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
        if (turnedAway.isPresent()) {
            onTurnedAway.accept(exchange.getRemoteAddress().getAddress());
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return AdminResponse.refusal(401, turnedAway.get());
        }
        AdminResource resource = resources.get(path);
        if (resource == null) {
            return AdminResponse.refusal(
                    404, "there is no such path here; there are " + String.join(", ", resources.keySet()));
        }
        Optional<AdminResponse> refusal = resource.changes() ? refuseUnlessMeant(exchange) : refuseUnlessRead(exchange);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try {
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            return resource.answer(AdminRequest.of(exchange.getRequestURI().getRawQuery(), accept));
        } catch (IllegalArgumentException e) {
            return AdminResponse.refusal(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("path", path).setCause(e).log("an admin request failed");
            return AdminResponse.refusal(500, "this failed; the log of the proxy says why");
        }
    }

    private static Optional<AdminResponse> refuseUnlessRead(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return Optional.empty();
        }
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        return Optional.of(AdminResponse.refusal(405, "this path takes GET and HEAD only"));
    }

    /** A page in the operator's browser can post a form to any port of the machine, but not JSON unless the port allows it. */
    private static Optional<AdminResponse> refuseUnlessMeant(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return Optional.of(AdminResponse.refusal(405, "this path takes POST only, because it changes something"));
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return type != null && type.startsWith("application/json")
                ? Optional.empty()
                : Optional.of(AdminResponse.refusal(415, "send it with Content-Type: application/json"));
    }

    private static void send(HttpExchange exchange, AdminResponse response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        byte[] body = response.body();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
